// A classic script, run before the page is drawn: a module would come too late and the page would flash.
(() => {
  const NAME = "console-theme";
  const CHOICES = ["auto", "light", "dark"];

  function remembered() {
    try {
      const found = localStorage.getItem(NAME);
      return CHOICES.includes(found) ? found : "auto";
    } catch {
      return "auto"; // a browser that keeps nothing still shows the page
    }
  }

  function wear(choice) {
    document.documentElement.dataset.theme = choice;
  }

  wear(remembered());
  addEventListener("DOMContentLoaded", () => {
    const choice = document.getElementById("theme");
    choice.value = remembered();
    choice.addEventListener("change", () => {
      wear(choice.value);
      try {
        localStorage.setItem(NAME, choice.value);
      } catch {
        // it holds until the page is left
      }
    });
  });
})();
