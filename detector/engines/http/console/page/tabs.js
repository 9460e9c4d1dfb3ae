// One view at a time, remembered in the address.

/** `opened(name)` is called whenever a view is shown. */
export function startTabs(opened) {
  const tabs = [...document.querySelectorAll("[role=tab]")];

  function show(tab) {
    for (const each of tabs) {
      const here = each === tab;
      each.setAttribute("aria-selected", String(here));
      each.tabIndex = here ? 0 : -1;
      panelOf(each).hidden = !here;
    }
    document.title = `${tab.textContent.trim()} · Contact-leak detector`;
    opened(nameOf(tab));
  }

  function choose(tab) {
    history.replaceState(null, "", `#${nameOf(tab)}`);
    show(tab);
  }

  const addressed = () => tabs.find((tab) => `#${nameOf(tab)}` === location.hash) ?? tabs[0];

  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: index + 1, ArrowLeft: index - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = tabs[to % tabs.length];
      choose(next);
      next.focus();
    });
  }
  addEventListener("hashchange", () => show(addressed()));
  show(addressed());
}

const nameOf = (tab) => tab.dataset.view;

const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
