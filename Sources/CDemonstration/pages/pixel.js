// Stands for the tags of Google and Meta: it takes the same calls, shows the ids it was told, and reports them to the sandbox.
(() => {
  "use strict";
  const record = (pixel, name, id) => {
    navigator.sendBeacon("/demo/pixel", JSON.stringify({ pixel, name, id }));
    const show = () => {
      const line = document.createElement("li");
      line.textContent = `${pixel} ${name} ${id}`;
      document.getElementById("pixel").append(line);
      document.getElementById("nothing").hidden = true;
    };
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", show); else show();
  };
  window.dataLayer = window.dataLayer || [];
  window.gtag = function () {
    window.dataLayer.push(arguments);
    if (arguments[0] === "event") record("gtag", arguments[1], arguments[2].transaction_id);
  };
  window.fbq = (action, name, values, more) => {
    if (action === "track") record("fbq", name, more && more.eventID);
  };
  addEventListener("leadrelay:lead", event => record("page", event.type, event.detail.event_id));
  const state = new URLSearchParams(location.search).get("default");
  if (state) window.gtag("consent", "default", { ad_storage: state, ad_user_data: state, ad_personalization: state });
})();
