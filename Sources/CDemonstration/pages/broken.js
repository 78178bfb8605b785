// Another company's script that fails wherever it can.
addEventListener("submit", () => { throw new Error("demonstration: broken while the form is submitted"); }, true);
addEventListener("leadrelay:lead", () => { throw new Error("demonstration: broken while the event is announced"); });
window.dataLayer = [];
window.dataLayer.push = () => { throw new Error("demonstration: broken data layer"); };
throw new Error("demonstration: broken while it is loaded");
