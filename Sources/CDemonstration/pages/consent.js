// A small consent platform: it asks once, remembers the answer, and tells it by Google's consent mode, or with ?tcf by IAB TCF.
// The pages' own script is here as well.
(() => {
  "use strict";
  const NAME = "demo.consent";
  const asTCF = location.search.includes("tcf");
  const remembered = () => { try { return localStorage.getItem(NAME); } catch { return null; } };
  const remember = state => { try { localStorage.setItem(NAME, state); } catch { /* asked again next time */ } };
  const listeners = [];
  let known;

  if (asTCF) {
    window.__tcfapi = (command, version, listener) => {
      if (command !== "addEventListener") return;
      listeners.push(listener);
      listener(data(), true);
    };
  }
  const data = () => ({
    gdprApplies: true,
    eventStatus: known ? "useractioncomplete" : "cmpuishown",
    purpose: { consents: Object.fromEntries([1, 2, 3, 4, 7].map(number => [number, known === "granted"])) },
  });
  const tell = state => {
    known = state;
    document.documentElement.dataset.consent = state;
    if (asTCF) for (const listener of listeners) listener(data(), true);
    else window.gtag("consent", "update", { ad_storage: state, ad_user_data: state, ad_personalization: state });
  };

  const banner = document.getElementById("banner");
  const choose = state => { remember(state); tell(state); banner.hidden = true; };
  document.getElementById("grant").addEventListener("click", () => choose("granted"));
  document.getElementById("deny").addEventListener("click", () => choose("denied"));
  const state = remembered();
  if (state) tell(state); else banner.hidden = false;

  const scripted = document.getElementById("scripted");
  if (scripted) {
    scripted.addEventListener("submit", event => {
      event.preventDefault();
      const value = name => scripted.elements[name].value;
      const id = window.leadrelay.send({
        event: "lead", value: 49.9, currency: "EUR",
        person: { first_name: value("first_name"), email: value("email"), phone: value("phone") },
        custom: { wish: value("custom[wish]"), floor_space: 120 },
      });
      document.getElementById("answer").textContent = "Sent as " + id;
    });
  }
})();
