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
  if (typeof early?.send === "function" || !script?.src || !script.dataset.key) return;
  const options = script.dataset;
  const leads = new URL("leads", script.src).href;
  const post = window.fetch.bind(window);
  const now = Date.now;

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
  const on = (name, work, isFirst) => addEventListener(name, event => safely(() => work(event)), isFirst);
  // Also of a moment that is still to come, since clocks are set back.
  const isWithin = (age, moment) => Math.abs(now() - moment) < age;

  const storeOf = name => name === SENT ? sessionStorage : localStorage;
  const read = name => safely(() => JSON.parse(storeOf(name).getItem(name)));
  const write = (name, value) => safely(() => storeOf(name).setItem(name, JSON.stringify(value)));
  const erase = name => safely(() => storeOf(name).removeItem(name));

  // ---- Consent: what the page said itself counts, then what the visitor chose, then what holds until the visitor has chosen.
  const KINDS = ["ad_storage", "ad_user_data", "ad_personalization"];
  const said = { page: {}, tcf: {}, update: {}, default: {} };
  const both = (a, b) => a === "denied" ? a : b || a;
  const chosen = kind => said.page[kind] || both(said.tcf[kind], said.update[kind]);
  const consent = kind => chosen(kind) || said.default[kind];
  const mayStore = () => consent("ad_storage") === "granted";

  // Google's defaults may hold for some regions only, and where the visitor is is not known here: what one of them denies is denied.
  const say = (voice, states) => {
    for (const kind of KINDS) {
      const state = states?.[kind] || states;
      if (state === "granted" || state === "denied") voice[kind] = voice === said.default ? both(voice[kind], state) : state;
    }
    settle();
  };

  // Google's consent mode: gtag() pushes its arguments onto the data layer, such as "consent", "update", { ad_storage: "granted" }.
  const hear = entry => { if (entry?.[0] === "consent") say(said[entry[1]], entry[2]); };
  const listenToGoogle = () => {
    const layer = window.dataLayer ||= [];
    const push = layer.push;
    layer.push = (...entries) => {
      safely(() => entries.forEach(hear));
      return push.apply(layer, entries);
    };
    layer.forEach(hear);
  };

  // IAB TCF 2. Purposes as Google maps them to its own: storage 1; user data 1 and 7; personalisation 3 and 4.
  let listens = false;
  const listenToTCF = () => {
    if (listens || !window.__tcfapi) return;
    listens = true;
    window.__tcfapi("addEventListener", 2, (data, isGood) => safely(() => {
      if (!isGood || !["tcloaded", "useractioncomplete"].includes(data.eventStatus)) return;
      if (data.gdprApplies === false) return say(said.tcf, { ad_storage: "granted" });
      const all = (...purposes) => purposes.every(purpose => data.purpose?.consents?.[purpose]) ? "granted" : "denied";
      say(said.tcf, { ad_storage: all(1), ad_user_data: all(1, 7), ad_personalization: all(3, 4) });
    }));
  };

  // ---- The landing: click ids, UTM values and the time, across pages once they may be stored.
  const inAddress = (names, most) => {
    const found = {};
    for (const [name, value] of new URLSearchParams(location.search)) if (value && names.test(name)) found[name] ??= value.slice(0, most);
    return found;
  };
  const here = {
    at: now(),
    metaAt: now(),
    google: inAddress(/^(gclid|gbraid|wbraid|gad_source|gad_campaignid)$/, 512),
    meta: inAddress(/^fbclid$/, 512),
    utm: inAddress(/^utm_(source|medium|campaign|content|term)$/, 255),
  };
  let landing;

  // A click replaces an earlier one of the same platform, and with it its time. `at` is Google's if there is a click of Google's.
  const later = earlier => {
    if (!isWithin(LANDING_AGE, earlier?.at)) return here;
    const isAny = (name, of = here) => Object.keys(of[name] || {}).length;
    const pick = name => isAny(name) ? here[name] : earlier[name];
    const isFirst = isAny("google") || isAny("meta") && !isAny("google", earlier);
    const at = isFirst ? here.at : Math.min(earlier.at, here.at);
    const metaAt = isAny("meta") ? here.at : earlier.metaAt || earlier.at;
    return { at, metaAt, google: pick("google"), meta: pick("meta"), utm: pick("utm") };
  };

  const settle = () => {
    if (mayStore()) {
      if (!landing) write(LANDING, landing = later(read(LANDING)));
      queue.forEach(keep);
      adopt();
    } else if (chosen("ad_storage") === "denied") {
      landing = undefined;
      for (const name of [LANDING, SENT, ...stored()]) erase(name);
    }
  };

  // What the relay should know beside what the visitor typed, in the shape of the contract.
  const cookie = shape => safely(() => document.cookie.match(shape)?.[1]);
  const context = form => {
    const { at, metaAt, google: { gad_campaignid: gad_campaign_id, ...google } = {}, meta = {}, utm } = landing || here;
    // Meta's click has its own time in it.
    const isMade = meta.fbclid && metaAt !== at && /^[\w-]+$/.test(meta.fbclid);
    const mayRead = consent("ad_storage") !== "denied";
    return {
      event: options.event || "lead",
      occurred_at: clock(),
      click: {
        ...google, gad_campaign_id, ...meta, landed_at: new Date(at).toISOString(),
        fbc: mayRead && cookie(/\b_fbc=(fb\.\d{1,2}\.\d{13}\.[\w-]+(\.[\w-]+)?)(;|$)/) || (isMade ? ["fb.1", metaAt, meta.fbclid].join(".") : undefined),
        fbp: mayRead ? cookie(/\b_fbp=(fb\.\d{1,2}\.\d{13}\.\d+(\.[\w-]+)?)(;|$)/) : undefined,
      },
      page: {
        url: location.href.split("#")[0].replace(/\\/g, "%5C").slice(0, 4096),
        referrer: /^(https?|android-app):/.test(document.referrer) ? document.referrer.slice(0, 4096) : undefined,
        form_id: form && (own(form, "id") || own(form, "name")) || undefined,
      },
      consent: { ad_user_data: consent("ad_user_data"), ad_personalization: consent("ad_personalization") },
      custom: utm,
      // For telling junk by: what nobody sees and who is too fast.
      signals: form && {
        fill_time: performance.now() / SECOND,
        honeypot: [...own(form, "elements")].some(field => isTrap(field) && field.value) || undefined,
      },
    };
  };

  // ---- The queue: every event stays until the relay has acknowledged it, in memory or, with consent, beyond this page.
  const queue = new Map();
  const stored = () => safely(() => Object.keys(localStorage).filter(name => name.startsWith(QUEUE))) || [];
  const keep = ({ id, to, at, next, body }) => {
    const name = QUEUE + id, names = stored();
    const fits = body.length <= QUEUE_BYTES && (names.includes(name) || names.length < QUEUE_COUNT);
    if (fits && mayStore() && isWithin(QUEUE_AGE, at)) write(name, { to, at, next, body }); else erase(name);
  };
  const plan = (entry, wait) => {
    entry.next = now() + wait;
    keep(entry);
    entry.timer = setTimeout(attempt, wait, entry);
  };
  const enqueue = (entry, wait) => {
    queue.set(entry.id, entry);
    if (wait) plan(entry, wait); else attempt(entry);
  };
  // Takes over what other pages left behind, also those of another key: where and when they would have sent it.
  const adopt = () => {
    for (const name of stored()) {
      const id = name.slice(QUEUE.length), { to, at, next, body } = read(name) || {};
      if (!/^https?:/.test(to) || typeof body !== "string" || !isWithin(QUEUE_AGE, at)) erase(name);
      else if (!queue.has(id)) enqueue({ id, to, at, body }, Math.min(next - now(), LONGEST_WAIT));
    }
  };
  const begin = (id, body, isNative) => {
    const to = leads + "/" + encodeURIComponent(options.key) + "?idempotency_key=" + encodeURIComponent(id);
    enqueue({ id, to, at: now(), body, isUnderWay: isNative }, isNative && ATTEMPT);
  };
  const drop = ({ id }) => {
    queue.delete(id);
    erase(QUEUE + id);
  };

  // Nothing here needs a preflight, so that it works while the page is being left. The body's kind says what type it is.
  // What the clock here says goes along in the address: the body is the same at every attempt. What an earlier snippet has stored may have
  // none, and goes as it is.
  const clock = () => new Date().toISOString();
  const address = ({ to }) => to.replace("?", "?sent_at=" + clock() + "&");
  const contentOf = ({ body }) => body[0] === "{" ? body : new URLSearchParams(body);
  const attempt = async entry => {
    clearTimeout(entry.timer);
    entry.isUnderWay = true;
    entry.next = now() + ATTEMPT;
    keep(entry);
    let wait;
    try {
      const answer = await post(address(entry), {
        method: "POST", body: contentOf(entry), keepalive: new Blob([entry.body]).size < KEEPALIVE_BYTES,
        headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout?.(ATTEMPT),
      });
      if (answer.ok) return drop(entry);
      // These stay as they are however often one asks. Everything else may change: an outage, a limit, a key that is being added.
      if ([400, 413, 415].includes(answer.status)) {
        drop(entry);
        return console.warn("leadrelay: not taken.", await answer.text());
      }
      wait = answer.headers.get("Retry-After") * SECOND;
    } catch {
      // No answer. The relay may have it or not; the same id is sent again.
    }
    entry.isUnderWay = false;
    entry.pause = Math.min(2 * entry.pause || SECOND, LONGEST_WAIT);
    plan(entry, Math.min(Math.max(wait || 0, entry.pause * (0.8 + Math.random() * 0.4)), LONGEST_WAIT));
  };

  // The page may not come back, or the network has: everything that waits is tried at once.
  const flush = () => {
    for (const entry of queue.values()) {
      if (!("keepalive" in Request.prototype)) navigator.sendBeacon(address(entry), contentOf(entry));
      else if (!entry.isUnderWay) attempt(entry);
    }
  };

  // ---- Events
  const newID = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");

  // FNV-1a with 64 bits. Only this number is kept, never the content.
  const fingerprint = text => {
    let hash = 0xcbf29ce484222325n;
    for (let index = 0; index < text.length; index += 1) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n);
    }
    return hash.toString(36);
  };

  // The event's id, and whether it is new: not the same as a moment ago by a double click, a reload, the way back.
  let recent = [];
  const identify = (content, wanted) => {
    const print = fingerprint(options.key + content);
    if (mayStore() && !recent.length) recent = safely(() => [...read(SENT) || []]) || [];
    const known = recent.find(sent => sent?.print === print && isWithin(SAME_AGE, sent.at));
    if (known) return [known.id, false];
    const id = String(wanted || newID());
    recent = [{ print, id, at: now() }, ...recent].slice(0, QUEUE_COUNT);
    if (mayStore()) write(SENT, recent);
    return [id, true];
  };

  // The pixels of the page get the same id, so that the platforms count the lead once.
  const announce = (target, { event_id, event, form_id, value, currency }) => {
    const worth = value && currency ? { value: Number(value), currency } : {};
    const detail = { event_id, event, form_id, ...worth };
    safely(() => own(target, "dispatchEvent").call(target, new CustomEvent("leadrelay:lead", { bubbles: true, detail })));
    safely(() => window.dataLayer.push({ event: "leadrelay." + event, event_id, transaction_id: event_id, ...worth }));
    if ("fbq" in options && consent("ad_user_data") !== "denied") {
      safely(() => window.fbq?.("track", options.fbq || "Lead", worth, { eventID: event_id }));
    }
    if ("gtag" in options) {
      safely(() => window.gtag?.("event", "conversion", { send_to: options.gtag, transaction_id: event_id, ...worth }));
    }
  };

  const sendEvent = event => {
    const [event_id, isNew] = identify(String(event.event_id || JSON.stringify(event)), event.event_id);
    if (isNew) {
      const facts = context(), whole = { ...facts, ...event, event_id };
      for (const name in facts) if (typeof facts[name] === "object") whole[name] = { ...facts[name], ...event[name] };
      begin(event_id, JSON.stringify(whole));
      announce(document, whole);
    }
    return event_id;
  };

  // ---- Forms. Their own properties and methods, which fields of the same name would hide.
  const own = (form, name) => Reflect.get(HTMLFormElement.prototype, name, form);

  // What is left out was never said.
  const complete = (pairs, facts) => {
    for (let [name, value] of Object.entries(facts)) {
      if (name === "url") name = "page_url";
      if (typeof value === "object") complete(pairs, value);
      else if (value !== undefined && !pairs.get(name)) pairs.set(name, value);
    }
  };

  // Also a password that is being shown.
  const isSecret = field => /password|\bcc-/i.test(field.type + " " + field.getAttribute("autocomplete"));
  const isTrap = field => field.hasAttribute("data-leadrelay-honeypot");
  const fields = form => {
    const secrets = [...own(form, "elements")].filter(field => isSecret(field) || isTrap(field)).map(field => field.name);
    return new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !secrets.includes(name)));
  };

  // Sends the form, or keeps a copy while the browser itself sends it. Answers what is known beside its fields.
  const submit = (form, isNative) => {
    const pairs = fields(form);
    const [event_id, isNew] = identify(own(form, "id") + " " + pairs, pairs.get("event_id"));
    const facts = { event_id, ...context(form) };
    if (isNew) {
      complete(pairs, facts);
      begin(event_id, String(pairs), isNative);
      announce(form, Object.fromEntries(pairs));
    }
    return facts;
  };

  // The last to hear of it: who has prevented the submission sends by leadrelay.send(form) when it is time.
  let leaving;
  on("submit", event => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || leaving?.form === form || !("leadrelay" in own(form, "dataset"))) return;
    const [sender, name] = button?.hasAttribute("formaction") ? [button, "formaction"] : [form, "action"];
    const action = own(form, "getAttribute").call(sender, name);
    const target = safely(() => new URL(action, document.baseURI));
    if (own(form, "method") !== "post" || !target?.href.startsWith(leads)) return submit(form);

    // A form whose action is the relay goes there by itself, as it does without JavaScript. It takes the id and all the rest along,
    // and a copy stays until the page after it has found that the relay knows that id.
    leaving = { form, facts: submit(form, true) };
    target.searchParams.set("idempotency_key", leaving.facts.event_id);
    target.searchParams.set("sent_at", clock());
    const lead = address => own(form, "setAttribute").call(sender, name, address);
    lead(target);
    setTimeout(() => { lead(action); leaving = undefined; });
  });
  on("formdata", event => { if (leaving?.form === event.target) complete(event.formData, leaving.facts); });
  // First, because not every browser lets `visibilitychange` rise to the window.
  for (const name of ["pagehide", "visibilitychange", "online"]) on(name, flush, true);

  // ---- What pages call
  const calls = {
    send: what => safely(() => what instanceof HTMLFormElement ? submit(what).event_id : sendEvent(what || {})),
    consent: states => safely(() => say(said.page, states)),
    push: (...all) => safely(() => { for (const [name, ...rest] of all) calls[name]?.(...rest); }),
  };
  window.leadrelay = calls;

  calls.consent(options.consent);
  safely(listenToGoogle);
  safely(listenToTCF);
  // Consent platforms may come after us.
  on("load", listenToTCF);
  if (Array.isArray(early)) calls.push(...early);
})();
