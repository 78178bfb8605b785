import Domain
import Glibc
import TestSupport

/// Judges a page as people meet it who use a keyboard, a screen reader or a phone: WCAG 2.2, levels A and AA, as far as
/// a program can tell. axe (https://github.com/dequelabs/axe-core) judges beside it when `source` has its script.
struct Accessibility {
    /// axe's script, from the file that `--axe` names.
    let source: String?

    init(axe path: String? = nil) throws {
        source = path.map(readText)
        if source?.isEmpty == true { throw Failure("\(path ?? ""): there is no script of axe") }
    }

    /// A window, in CSS pixels, and its colours.
    private static let views = [(390, 844, false), (390, 844, true), (1280, 900, false), (1280, 900, true)]

    /// Whether dark views are judged too. What colours are does not depend on fonts.
    var hasDarkViews = true

    /// Everything that is wrong with the page that the browser shows, each with the view it is wrong in.
    func faults(_ browser: Browser) throws -> [String] {
        var faults: [String] = []
        for (width, height, isDark) in Self.views where hasDarkViews || !isDark {
            try browser.emulate(width: width, height: height, isDark: isDark)
            let view = "\(width) px, \(isDark ? "dark" : "light")"
            var found = try browser.run(Self.judge).array?.compactMap(\.string) ?? []
            if !isDark { found += try browser.runLater(Self.judgeTargets).array?.compactMap(\.string) ?? ["no sizes"] }
            if !isDark { found += try focusFaults(browser) }
            if let source { found += try axe(browser, source) }
            faults += found.map { "\($0) (\(view))" }
        }
        try browser.devTools("Emulation.clearDeviceMetricsOverride")
        return faults
    }

    private func axe(_ browser: Browser, _ source: String) throws -> [String] {
        try browser.run(source + "; return 0")
        let answer = try browser.runLater(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, { preload: false, resultTypes: ['violations'],
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
              .then(result => done(result.violations.map(one => 'axe ' + one.id + ': ' + one.help + ': '
                + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | '))), error => done(['axe failed: ' + error]));
            """)
        return answer.array?.compactMap(\.string) ?? ["axe says nothing"]
    }

    /// Goes through the page with the Tab key, as a keyboard does it.
    private func focusFaults(_ browser: Browser) throws -> [String] {
        let count = try browser.run(Self.watchFocus).integer ?? 0
        try browser.press("\u{E004}", times: Int(count))
        return try browser.run(Self.judgeFocus).array?.compactMap(\.string) ?? []
    }

    /// What a person can see of it; opened first, so that what is folded is judged too.
    private static let judge = #"""
        const faults = [];
        const say = (what, element) => faults.push(what + (element ? ': ' + element.outerHTML.slice(0, 140).replace(/\s+/g, ' ') : ''));
        for (const one of document.querySelectorAll('details')) one.open = true;
        const all = selector => [...document.querySelectorAll(selector)];
        const isSeen = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        const seen = selector => all(selector).filter(isSeen);

        if (!document.documentElement.lang) say('the page names no language');
        if (!document.title.trim()) say('the page has no title');
        if (all('main').length !== 1) say('not one main landmark but ' + all('main').length);
        if (!document.querySelector('body > header')) say('no banner landmark');
        for (const one of all('nav')) {
          if (all('nav').length > 1 && !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby')) say('a nav without a name', one);
        }
        for (const one of document.body.children) {
          if (isSeen(one) && !one.matches('header, main, footer, nav, aside, .skip, script')) say('outside every landmark', one);
        }
        if (seen('h1').length !== 1) say('not one h1 but ' + seen('h1').length);
        let level = 0;
        for (const one of seen('h1, h2, h3, h4, h5, h6')) {
          const next = Number(one.tagName[1]);
          if (next > level + 1) say('a heading of level ' + next + ' after level ' + level, one);
          if (!one.textContent.trim()) say('an empty heading', one);
          level = next;
        }

        const ids = all('[id]').map(one => one.id);
        for (const id of new Set(ids)) if (ids.filter(other => other === id).length > 1) say('the id ' + id + ' stands twice');
        for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
          for (const one of all('[' + name + ']')) {
            for (const id of one.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) say(name + ' names nothing', one);
          }
        }
        const words = ids => ids.split(/\s+/).map(id => (document.getElementById(id) || {}).textContent || '').join(' ');
        const named = one => (one.getAttribute('aria-label') || words(one.getAttribute('aria-labelledby') || '') || '').trim();
        for (const one of seen('input:not([type=hidden]), select, textarea')) {
          if (!named(one) && ![...one.labels].some(label => label.textContent.trim())) say('a field without a label', one);
        }
        for (const one of seen('a[href], button, summary')) {
          const text = one.cloneNode(true);
          for (const hidden of text.querySelectorAll('[aria-hidden=true]')) hidden.remove();
          if (!named(one) && !text.textContent.trim()) say('no name', one);
        }
        for (const one of seen('svg')) {
          if (one.closest('[aria-hidden=true]')) continue;
          if (one.getAttribute('role') !== 'img' || !(named(one) || one.querySelector('title'))) say('a picture without a name', one);
        }
        for (const one of all('img')) if (!one.hasAttribute('alt')) say('a picture without a text', one);
        for (const one of all('[tabindex]')) if (Number(one.getAttribute('tabindex')) > 0) say('an order of its own', one);
        for (const one of all('table')) {
          if (!one.querySelector('th')) say('a table without header cells', one);
          if (!one.caption && !named(one)) say('a table without a name', one);
          for (const cell of one.querySelectorAll('th:not([scope])')) say('a header cell of unknown direction', cell);
        }

        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth > width) {
          const wide = seen('main *').find(one => one.getBoundingClientRect().right > width + 1 && !one.closest('.scroll, pre, .top nav'));
          say('the page scrolls sideways, ' + document.documentElement.scrollWidth + ' px', wide);
        }

        // Contrast of every text with what is painted behind it (WCAG 1.4.3).
        const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
        const rgba = color => {
          canvas.clearRect(0, 0, 1, 1);
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
          return [r, g, b, a / 255];
        };
        const over = (top, below) => [0, 1, 2].map(index => top[index] * top[3] + below[index] * (1 - top[3])).concat(1);
        const behind = element => {
          const layers = [];
          for (let one = element; one; one = one.parentElement) {
            const color = rgba(getComputedStyle(one).backgroundColor);
            layers.push(color);
            if (color[3] === 1) break;
          }
          const canvasColor = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
          return layers.reverse().reduce((below, color) => over(color, below), canvasColor);
        };
        const light = color => {
          const [r, g, b] = color.map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const done = new Set();
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const one = texts.currentNode.parentElement;
          if (!texts.currentNode.data.trim() || done.has(one) || !isSeen(one) || one.closest('script, option')) continue;
          done.add(one);
          const style = getComputedStyle(one);
          const ground = behind(one);
          const ink = over(rgba(one.ownerSVGElement ? style.fill : style.color), ground);
          const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
          const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
          const ratio = (a + 0.05) / (b + 0.05);
          if (ratio < (isLarge ? 3 : 4.5)) say('contrast ' + ratio.toFixed(2), one);
        }
        return faults.slice(0, 20);
        """#

    /// Sizes of what is clicked or tapped (WCAG 2.5.8: 24 by 24, except links in sentences), with the fonts there are
    /// and with a flat one: no size may come from a font's ascent and descent. Nothing is excused by its distance from
    /// others, which fonts change.
    private static let judgeTargets = #"""
        const done = arguments[arguments.length - 1];
        const isInSentence = link => {
          let block = link;
          while (block && getComputedStyle(block).display === 'inline') block = block.parentElement;
          const words = block.cloneNode(true);
          for (const other of words.querySelectorAll('a, button, select, script, [hidden]')) other.remove();
          return /[\p{L}\p{N}]/u.test(words.textContent);
        };
        for (const one of document.querySelectorAll('details')) one.open = true;
        const targets = [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]
          .filter(one => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.matches('.skip'))
          .filter(one => !one.matches('a') || getComputedStyle(one).display !== 'inline' || !isInSentence(one));
        const small = fonts => targets.flatMap(one => {
          const isInLabel = one.matches('[type=checkbox], [type=radio]') && one.closest('label');
          const box = (isInLabel ? one.closest('label') : one).getBoundingClientRect();
          // Half a thousandth is how exact the browser reckons.
          if (box.width >= 23.99 && box.height >= 23.99) return [];
          return 'a target of ' + box.width.toFixed(1) + ' by ' + box.height.toFixed(1) + ' px' + fonts + ': '
            + one.outerHTML.slice(0, 140).replace(/\s+/g, ' ');
        });
        // By their full names or those of PostScript.
        const local = ['DejaVu Sans', 'NotoSans-Regular', 'Noto Sans Regular'].map(name => 'local("' + name + '")').join(', ');
        const flat = new FontFace('flat', local, { ascentOverride: '50%', descentOverride: '5%', lineGapOverride: '0%' });
        flat.load().then(() => {
          const faults = small('');
          document.fonts.add(flat);
          const inside = targets.flatMap(one => [one, ...one.querySelectorAll('*')]);
          const families = inside.map(one => one.style.fontFamily);
          for (const one of inside) one.style.fontFamily = 'flat';
          faults.push(...small(' with a flat font'));
          inside.forEach((one, index) => { one.style.fontFamily = families[index]; });
          document.fonts.delete(flat);
          done(faults.slice(0, 20));
        }, error => done(['no flat font: ' + error]));
        """#

    /// Notes where the focus goes. Answers how many elements can have it.
    private static let watchFocus = #"""
        const can = 'a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex="0"]';
        // Of radio buttons the chosen one has the focus, or the first.
        const group = one => {
          if (one.type !== 'radio') return true;
          const all = [...one.form.elements].filter(other => other.name === one.name);
          return one === (all.find(other => other.checked) || all[0]);
        };
        window.scrollTo(0, 0);
        document.activeElement.blur();
        window.focusable = [...document.querySelectorAll(can)].filter(one => !one.disabled && one.checkVisibility({ visibilityProperty: true }) && group(one));
        window.focused = [];
        document.addEventListener('focusin', event => {
          const one = event.target, style = getComputedStyle(one), box = one.getBoundingClientRect();
          focused.push({ one, shows: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
            left: box.left, right: box.right, top: box.top + scrollY, bottom: box.bottom + scrollY });
        });
        // From the top, wherever a field has taken the focus to.
        const start = document.createElement('span');
        start.tabIndex = -1;
        document.body.prepend(start);
        start.focus();
        start.blur();
        start.remove();
        window.focused = [];
        // Fields of dates are several stops.
        return focusable.length + 5 * document.querySelectorAll('[type=date], [type=time]').length;
        """#

    private static let judgeFocus = #"""
        const faults = [];
        const name = one => one.outerHTML.slice(0, 120).replace(/\s+/g, ' ');
        // It begins anew after the last one.
        const again = focused.findIndex((entry, index) => focused.slice(0, Math.max(0, index - 1)).some(other => other.one === entry.one));
        if (again >= 0) focused.length = again;
        const reached = focused.map(entry => entry.one);
        for (const one of focusable) if (!reached.includes(one)) faults.push('the Tab key does not reach ' + name(one));
        for (const entry of focused) if (!entry.shows) faults.push('the focus is not seen on ' + name(entry.one));
        for (let index = 1; index < focused.length; index += 1) {
          const [a, b] = [focused[index - 1], focused[index]];
          if (b.bottom <= a.top && b.left < a.right && !a.one.closest('.scroll')) faults.push('the focus goes upwards from ' + name(a.one) + ' to ' + name(b.one));
        }
        const first = focused[0];
        if (!first || !first.one.matches('.skip') || first.left < 0) faults.push('the first that the Tab key reaches is no link to the content');
        else {
          first.one.click();
          if (document.activeElement.id !== first.one.hash.slice(1)) faults.push('the link to the content does not lead there');
        }
        return faults.slice(0, 10);
        """#
}
