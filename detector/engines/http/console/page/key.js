// The key to the service, where it asks for one. It is kept for this tab alone, and gone when the tab is closed.

import { forgetKey, heldKey, keysFrom } from "./api.js";
import { byId, refill } from "./dom.js";

/** Shows the dialog when a key is needed. */
export function guardTheDoor() {
  const dialog = byId("key-dialog");
  const field = byId("key");
  dialog.addEventListener("cancel", (event) => event.preventDefault()); // without a key there is nothing to go back to
  keysFrom(
    (refused) =>
      new Promise((resolve) => {
        refill(byId("key-told"), refused && "The service does not know this key.");
        field.value = "";
        dialog.showModal();
        byId("key-form").onsubmit = () => resolve(field.value); // the form's method closes the dialog
      }),
  );
  byId("forget-key").addEventListener("click", () => {
    forgetKey();
    location.reload();
  });
}

/** Offers to forget the key, if there is one. */
export function offerToForget() {
  byId("forget-key").hidden = heldKey() === null;
}
