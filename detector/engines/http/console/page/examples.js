// Texts to try. Every number, name and address in them is made up.

export const EXAMPLES = [
  {
    name: "Spelt-out number",
    kind: "LISTING_UPDATE",
    text: "The flat is lovely and two minutes from the pier 🌊. For a better price ring oh seven seven double-oh, nine hundred, one two three, any time before nine.",
  },
  {
    name: "Emoji digits",
    kind: "LISTING_UPDATE",
    text: "Quiet studio with a roof terrace. Questions? 0️⃣7️⃣7️⃣0️⃣0️⃣ 9️⃣0️⃣0️⃣ 1️⃣2️⃣3️⃣ 📞 Check-in from 15:00, two bicycles are free to use.",
  },
  {
    name: "Address in words",
    kind: "BOOKING",
    text: "Hello Ines, we would like to stay a week longer. Could you write to anna dot berg (at) example dot com? Then we can agree on the rest there.",
  },
  {
    name: "Link in a listing",
    kind: "LISTING_UPDATE",
    text: "All photographs and the calendar are on harbour-rooms[.]example[.]com, where the cleaning fee is not charged.",
  },
  {
    name: "German profile",
    kind: "BOOKING",
    text: "Guten Tag, am schnellsten erreichen Sie mich über Telegram: @hafenblick_example. Den Schlüssel gibt es im Café gegenüber.",
  },
  {
    name: "Spanish, book outside",
    kind: "BOOKING",
    text: "Si reservas directamente con nosotros y pagas en efectivo al llegar, te ahorras la comisión de la página. Cancela aquí y hablamos.",
  },
  {
    name: "Clean: licence number",
    kind: "LISTING_UPDATE",
    text: "Licensed apartment, registration HUTB-012345-67, VAT number 0123456789. The price is 1,250 for 14 nights, deposit 300.",
  },
  {
    name: "Clean: emergency numbers",
    kind: "LISTING_UPDATE",
    text: "In an emergency call 112. The door code is sent through the app a day before; room 0714 is on the seventh floor, check-in 15:00–22:00.",
  },
  {
    name: "Clean: French prices",
    kind: "BOOKING",
    text: "Bonjour, nous arrivons le 07/08/2026 vers 18 h 30. Le total de 1 234,50 € pour 12 nuits est-il correct ? Notre référence est 4477 0090 0123.",
  },
];
