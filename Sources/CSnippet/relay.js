// LeadRelay's page snippet: sends the leads of a landing page to the relay that this file came from.
//
//   <script src="https://leads.example/v1/relay.js" data-key="pk_…" async></script>
//   <form data-leadrelay action="/thanks" method="post"> … </form>        is sent when the visitor submits it, or
//   leadrelay.send({ person: { email: "…" } })  leadrelay.send(form)      by one call; answers the event's id
//   leadrelay.consent("granted")                                          when no consent interface says so by itself
//
// Before it has loaded: (window.leadrelay = window.leadrelay || []).push(["send", { … }]).
//
// It never stops a form and never throws. Nothing is kept in the browser before the visitor's consent is known. An event has one id from
// its first attempt to its last, and the relay takes an id once, so whatever is sent again is still one lead.
(() => {
  "use strict";
  const script = document.currentScript || document.querySelector('script[data-key][src*="/relay.js"]');
  const early = window.leadrelay;
  if ((early && early.send) || !script || !script.dataset.key) return;
  const options = script.dataset;
  const endpoint = script.src.replace(/relay\.js.*$/, "leads/" + encodeURIComponent(options.key));
  const now = Date.now;
  const post = window.fetch.bind(window);

  const SECOND = 1000, HOUR = 3600 * SECOND, DAY = 24 * HOUR;
  const LANDING = "leadrelay.landing", QUEUE = "leadrelay.queue.", SENT = "leadrelay.sent";
  const LANDING_AGE = 90 * DAY;   // no platform takes older clicks
  const QUEUE_AGE = DAY;          // the relay knows an idempotency key for so long
  const QUEUE_COUNT = 20, QUEUE_BYTES = 16384;
  const SAME_AGE = HOUR / 2;      // the same content within this time is the same lead
  const ATTEMPT = 10 * SECOND, LONGEST_WAIT = 300 * SECOND;
  const KEEPALIVE_BYTES = 60000;   // browsers allow 64 KiB for all requests that outlive their page

  // Whatever goes wrong in here is nothing to the page.
  const safely = work => { try { return work(); } catch (error) { console.debug("leadrelay", error); } };
  const read = (store, name) => safely(() => JSON.parse(window[store].getItem(name)));
  const write = (store, name, value) => safely(() => window[store].setItem(name, JSON.stringify(value)));
  const erase = (store, name) => safely(() => window[store].removeItem(name));

  // ---- Consent: what the page said itself counts, then what the visitor chose, then what holds until the visitor has chosen.
  const KINDS = ["ad_storage", "ad_user_data", "ad_personalization"];
  const said = { page: {}, tcf: {}, google: {}, defaults: {} };
  const both = (a, b) => a === "denied" ? a : b || a;
  const chosen = kind => said.page[kind] || both(said.tcf[kind], said.google[kind]);
  const consent = kind => chosen(kind) || said.defaults[kind];
  const mayStore = () => consent("ad_storage") === "granted";

  const say = (voice, states) => {
    for (const kind of KINDS) {
      const state = states && (states[kind] || states);
      if (state === "granted" || state === "denied") voice[kind] = state;
    }
    settle();
  };

  // Google's consent mode: gtag() pushes its arguments onto the data layer. Defaults may hold for some regions only, and where
  // the visitor is is not known here: what one of them denies is denied.
  const hear = entry => {
    if (!entry || entry[0] !== "consent" || !entry[2] || typeof entry[2] !== "object") return;
    if (entry[1] === "update") say(said.google, entry[2]);
    if (entry[1] === "default") {
      const states = {};
      for (const kind of KINDS) states[kind] = both(said.defaults[kind], entry[2][kind]);
      say(said.defaults, states);
    }
  };
  const listenToGoogle = () => {
    const layer = window.dataLayer = window.dataLayer || [];
    layer.forEach(hear);
    const push = layer.push;
    layer.push = function (...entries) {
      safely(() => entries.forEach(hear));
      return push.apply(layer, entries);
    };
  };

  // IAB TCF 2. Purposes as Google maps them to its own: storage 1; user data 1 and 7; personalisation 3 and 4.
  let listens = false;
  const listenToTCF = () => {
    if (listens || typeof window.__tcfapi !== "function") return;
    listens = true;
    window.__tcfapi("addEventListener", 2, (data, isGood) => safely(() => {
      if (!isGood || !["tcloaded", "useractioncomplete"].includes(data.eventStatus)) return;
      if (data.gdprApplies === false) return say(said.tcf, { ad_storage: "granted" });
      const purposes = (data.purpose && data.purpose.consents) || {};
      const all = (...numbers) => numbers.every(number => purposes[number]) ? "granted" : "denied";
      say(said.tcf, { ad_storage: all(1), ad_user_data: all(1, 7), ad_personalization: all(3, 4) });
    }));
  };

  // ---- The landing: click ids, UTM values and the time, across pages once they may be stored.
  const GOOGLE = ["gclid", "gbraid", "wbraid"];
  const UTM = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"];
  const address = new URLSearchParams(location.search);
  const inAddress = (names, most) => {
    const found = {};
    for (const name of names) if (address.get(name)) found[name] = address.get(name).slice(0, most);
    return found;
  };
  const isAny = object => Object.keys(object).length > 0;
  const here = {
    at: now(), google: inAddress(GOOGLE, 512), meta: inAddress(["fbclid"], 512), utm: inAddress(UTM, 255),
  };
  let landing = here;

  // A click replaces an earlier one of the same platform, and with it the time of landing.
  const later = earlier => {
    if (!earlier || !(now() - earlier.at < LANDING_AGE)) return here;
    const pick = name => isAny(here[name]) ? here[name] : earlier[name] || {};
    const isClick = isAny(here.google) || isAny(here.meta);
    return { at: isClick ? here.at : earlier.at, google: pick("google"), meta: pick("meta"), utm: pick("utm") };
  };

  let isKept = false;
  const settle = () => {
    if (mayStore()) {
      if (!isKept) {
        isKept = true;
        landing = later(read("localStorage", LANDING));
        write("localStorage", LANDING, landing);
      }
      for (const entry of queue.values()) keep(entry);
      adopt();
    } else if (chosen("ad_storage") === "denied") {
      isKept = false;
      landing = here;
      erase("localStorage", LANDING);
      erase("sessionStorage", SENT);
      for (const name of stored()) erase("localStorage", name);
    }
  };

  const cookie = (name, shape) => {
    const found = document.cookie.split("; ").find(text => text.startsWith(name + "="));
    const value = found && found.slice(name.length + 1);
    return shape.test(value) ? value : undefined;
  };

  // What the relay should know beside what the visitor typed, in the shape of the contract.
  const context = form => {
    const click = { ...landing.google, ...landing.meta, landed_at: new Date(landing.at).toISOString() };
    if (consent("ad_storage") !== "denied") {
      click.fbc = cookie("_fbc", /^fb\.\d{1,2}\.\d{13}\.[\w-]+(\.[\w-]+)?$/);
      click.fbp = cookie("_fbp", /^fb\.\d{1,2}\.\d{13}\.\d+(\.[\w-]+)?$/);
    }
    return {
      event: options.event || "lead",
      occurred_at: new Date().toISOString(),
      click,
      page: {
        url: location.href.split("#")[0].replace(/\\/g, "%5C").slice(0, 4096),
        referrer: /^(https?|android-app):/.test(document.referrer) ? document.referrer.slice(0, 4096) : undefined,
        form_id: (form && (form.getAttribute("id") || form.getAttribute("name"))) || undefined,
      },
      consent: { ad_user_data: consent("ad_user_data"), ad_personalization: consent("ad_personalization") },
      custom: { ...landing.utm },
    };
  };

  // ---- The queue: every event stays until the relay has acknowledged it, in memory or, with consent, beyond this page.
  const queue = new Map();
  const stored = () => safely(() => Object.keys(localStorage).filter(name => name.startsWith(QUEUE))) || [];
  const keep = entry => {
    if (!mayStore() || entry.body.length > QUEUE_BYTES) return;
    const { id, at, next, tries, body } = entry;
    const name = QUEUE + id, names = stored();
    if (names.includes(name) || names.length < QUEUE_COUNT) write("localStorage", name, { id, at, next, tries, body });
    entry.isKept = stored().includes(name);
  };
  // Takes over what other pages left behind. `next` keeps two pages from sending the same at the same time.
  const adopt = () => {
    for (const name of stored()) {
      const entry = read("localStorage", name);
      if (!entry || !entry.id || !(now() - entry.at < QUEUE_AGE)) erase("localStorage", name);
      else if (!queue.has(entry.id)) queue.set(entry.id, { ...entry, isKept: true });
    }
    plan();
  };
  const drop = entry => {
    queue.delete(entry.id);
    erase("localStorage", QUEUE + entry.id);
    plan();
  };

  let timer;
  const plan = () => {
    clearTimeout(timer);
    const waiting = [...queue.values()].filter(entry => !entry.isUnderWay);
    if (!waiting.length) return;
    const next = Math.min(...waiting.map(entry => entry.next));
    timer = setTimeout(sendDue, Math.max(0, Math.min(next - now(), LONGEST_WAIT)));
  };
  const sendDue = () => {
    for (const entry of queue.values()) {
      if (entry.isUnderWay || entry.next > now()) continue;
      // Another page may have sent it meanwhile, or be about to.
      const copy = entry.isKept && read("localStorage", QUEUE + entry.id);
      if (now() - entry.at > QUEUE_AGE || (entry.isKept && mayStore() && !copy)) drop(entry);
      else if (copy && copy.next > now()) entry.next = copy.next;
      else attempt(entry);
    }
    plan();
  };

  const typeOf = body => body[0] === "{" ? "text/plain" : "application/x-www-form-urlencoded";
  const addressOf = entry => endpoint + "?idempotency_key=" + encodeURIComponent(entry.id);

  // Nothing here needs a preflight, so that it works while the page is being left.
  const attempt = async entry => {
    entry.isUnderWay = true;
    entry.next = now() + ATTEMPT;
    keep(entry);
    let wait = 0;
    try {
      const abort = new AbortController();
      const limit = setTimeout(() => abort.abort(), ATTEMPT);
      const answer = await post(addressOf(entry), {
        method: "POST", body: entry.body, keepalive: entry.body.length < KEEPALIVE_BYTES, signal: abort.signal,
        headers: { "Content-Type": typeOf(entry.body), Accept: "application/json" }, credentials: "omit", redirect: "error",
      });
      clearTimeout(limit);
      if (answer.ok) return drop(entry);
      // These stay as they are however often one asks. Everything else may change: an outage, a limit, a key that is being added.
      if ([400, 413, 415].includes(answer.status)) {
        drop(entry);
        const problem = await answer.json().catch(() => ({}));
        console.warn("leadrelay: not taken. " + (problem.detail || answer.status));
        return;
      }
      wait = Number(answer.headers.get("Retry-After")) * SECOND || 0;
    } catch (error) {
      // No answer. The relay may have it or not; the same id is sent again.
    }
    entry.isUnderWay = false;
    entry.tries += 1;
    entry.next = now() + Math.max(wait, Math.min(SECOND * 2 ** (entry.tries - 1), LONGEST_WAIT) * (0.8 + Math.random() * 0.4));
    keep(entry);
    plan();
  };

  // The page may not come back: everything that waits is tried once more.
  const outlives = "keepalive" in Request.prototype;
  const flush = () => {
    for (const entry of queue.values()) {
      if (entry.isNative) continue;
      if (!outlives) navigator.sendBeacon(addressOf(entry), new Blob([entry.body], { type: typeOf(entry.body) }));
      else if (!entry.isUnderWay) attempt(entry);
    }
  };
  const hurry = () => {
    for (const entry of queue.values()) {
      if (entry.isNative || entry.isUnderWay) continue;
      entry.next = now();
      keep(entry);
    }
    sendDue();
  };

  // ---- Events
  const newID = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
  };

  // Tells whether the same was sent a moment ago: a double click, a reload, the way back. Only this number is kept, never the content.
  const fingerprint = text => {
    let a = 1, b = 2;
    for (let index = 0; index < text.length; index += 1) {
      a = Math.imul(a ^ text.charCodeAt(index), 0x01000193);
      b = Math.imul(b + text.charCodeAt(index), 0x2c9277b5) ^ (b >>> 15);
    }
    return (a >>> 0).toString(36) + (b >>> 0).toString(36);
  };
  let recent = [];
  const recall = print => {
    if (!recent.length && mayStore()) recent = read("sessionStorage", SENT) || [];
    return recent.find(sent => sent.print === print && now() - sent.at < SAME_AGE);
  };
  const remember = (print, id) => {
    recent = [{ print, id, at: now() }, ...recent].slice(0, QUEUE_COUNT);
    if (mayStore()) write("sessionStorage", SENT, recent);
  };

  // The pixels of the page get the same id, so that the platforms count the lead once.
  const announce = (id, target, facts) => {
    const { event, value, currency, form_id } = facts;
    const worth = value && currency ? { value: Number(value), currency } : {};
    safely(() => target.dispatchEvent(new CustomEvent("leadrelay:lead", {
      bubbles: true, detail: { event_id: id, event, form_id, ...worth },
    })));
    safely(() => window.dataLayer.push({ event: "leadrelay." + event, event_id: id, transaction_id: id, ...worth }));
    if ("fbq" in options && consent("ad_user_data") !== "denied" && window.fbq) {
      safely(() => window.fbq("track", options.fbq || "Lead", worth, { eventID: id }));
    }
    if ("gtag" in options && window.gtag) {
      safely(() => window.gtag("event", "conversion", { send_to: options.gtag, transaction_id: id, ...worth }));
    }
  };

  // What is left out was never said.
  const flat = object => Object.entries(object).flatMap(([name, value]) =>
    value === undefined ? [] : typeof value !== "object" ? [[name, value]]
      : flat(value).map(([inner, text]) => [name === "page" && inner === "url" ? "page_url" : inner, text]));
  const complete = (pairs, facts) => {
    for (const [name, value] of flat(facts)) if (!pairs.get(name)) pairs.set(name, value);
  };

  let isReading = false;
  const fields = form => {
    isReading = true;
    const isSecret = name => [...form.elements].some(element => element.name === name
      && (element.type === "password" || /^cc-|\bcc-/.test(element.autocomplete)));
    const pairs = new URLSearchParams();
    for (const [name, value] of safely(() => [...new FormData(form)]) || []) {
      if (typeof value === "string" && !isSecret(name)) pairs.append(name, value);
    }
    isReading = false;
    return pairs;
  };

  const enqueue = (id, body, isNative) => {
    const entry = { id, at: now(), next: isNative ? now() + ATTEMPT : now(), tries: 0, body, isNative };
    queue.set(id, entry);
    keep(entry);
    if (isNative) plan(); else attempt(entry);
  };

  // Gives the form's content an id, once, and sends it unless the browser is about to do that itself.
  const submit = (form, isNative) => {
    const pairs = fields(form);
    const print = fingerprint(form.getAttribute("id") + " " + pairs);
    const sent = recall(print);
    const id = sent ? sent.id : pairs.get("event_id") || newID();
    const facts = { event_id: id, ...context(form) };
    if (!sent) {
      remember(print, id);
      complete(pairs, facts);
      enqueue(id, String(pairs), isNative);
      announce(id, form, { ...facts, ...Object.fromEntries(pairs) });
    }
    return { id, facts };
  };

  const sendEvent = event => {
    const print = fingerprint(event.event_id || JSON.stringify(event));
    const sent = recall(print);
    if (sent) return sent.id;
    const id = event.event_id || newID();
    const facts = { event_id: id, ...context() };
    const whole = { ...facts, ...event, event_id: id };
    for (const name of ["click", "page", "consent", "custom"]) whole[name] = { ...facts[name], ...event[name] };
    remember(print, id);
    enqueue(id, JSON.stringify(whole));
    announce(id, document, whole);
    return id;
  };

  // A form whose action is the relay goes there by itself, as it does without JavaScript. It takes the id and all the rest along, and a
  // copy stays until the page after it has found that the relay knows that id.
  // Attributes only: a form's properties may be hidden by fields of the same name.
  const actionOf = form => new URL(form.getAttribute("action") || "", document.baseURI).href;
  const isToRelay = form => /^post$/i.test(form.getAttribute("method"))
    && actionOf(form).startsWith(endpoint.replace(/leads\/.*/, "leads"));
  let leaving;
  const leave = form => {
    const { id, facts } = submit(form, true);
    leaving = { form, facts };
    const action = form.getAttribute("action"), target = new URL(actionOf(form));
    target.searchParams.set("idempotency_key", id);
    form.setAttribute("action", target.href);
    setTimeout(() => { form.setAttribute("action", action); leaving = undefined; });
  };

  // The last to hear of it: who has prevented the submission sends by leadrelay.send(form) when it is time.
  addEventListener("submit", event => safely(() => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-leadrelay]")) return;
    if (isToRelay(form)) leave(form); else submit(form);
  }));
  addEventListener("formdata", event => safely(() => {
    if (leaving && leaving.form === event.target && !isReading) complete(event.formData, leaving.facts);
  }));
  addEventListener("pagehide", () => safely(flush));
  addEventListener("pageshow", event => safely(() => { if (event.persisted) settle(); }));
  addEventListener("online", () => safely(hurry));
  document.addEventListener("visibilitychange", () => safely(() => {
    if (document.visibilityState === "hidden") flush(); else sendDue();
  }));

  // ---- What pages call
  const send = what => safely(() => what instanceof HTMLFormElement ? submit(what).id : sendEvent(what || {}));
  const setConsent = states => {
    safely(() => say(said.page, states));
    return Object.fromEntries(KINDS.map(kind => [kind, consent(kind)]));
  };
  const calls = { send, consent: setConsent };
  const push = (...all) => { for (const [name, ...rest] of all) if (calls[name]) calls[name](...rest); };
  window.leadrelay = { send, consent: setConsent, push };

  safely(() => { if (options.consent) say(said.page, options.consent); });
  safely(listenToGoogle);
  safely(listenToTCF);
  // Consent platforms may come after us.
  addEventListener("load", () => safely(listenToTCF));
  safely(settle);
  if (Array.isArray(early)) safely(() => push(...early));
})();
