extension Assets {
    /// What pages do beyond showing: all of them work without it.
    static let scriptText = #"""
        'use strict';
        // Parts that follow what happens: <div data-follow="/live/rows?…" data-every="3">.
        for (const part of document.querySelectorAll('[data-follow]')) {
          const every = Number(part.dataset.every || 5) * 1000;
          const stop = document.getElementById(part.dataset.stop || '');
          const tick = async () => {
            if (!document.hidden && !(stop && stop.checked) && !part.contains(document.activeElement)) {
              try {
                const answer = await fetch(part.dataset.follow, { credentials: 'same-origin', redirect: 'error' });
                if (answer.ok) {
                  const text = await answer.text();
                  if (part.innerHTML !== text) part.innerHTML = text;
                }
              } catch { /* the next one may come through */ }
            }
            setTimeout(tick, every);
          };
          setTimeout(tick, every);
        }
        // On a phone the navigation scrolls sideways: it begins where the page is.
        const current = document.querySelector('.top nav [aria-current]');
        if (current) current.closest('nav').scrollLeft = current.offsetLeft - 48;
        // "/" goes to the search field of the page, as everywhere.
        document.addEventListener('keydown', (event) => {
          if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
          if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
          const field = document.querySelector('[data-search]');
          if (field) { event.preventDefault(); field.focus(); field.select(); }
        });
        // What is shown once can be copied by a click.
        for (const button of document.querySelectorAll('[data-copy]')) {
          button.hidden = false;
          button.addEventListener('click', async () => {
            const field = document.getElementById(button.dataset.copy);
            await navigator.clipboard.writeText(field.textContent);
            button.textContent = 'Copied';
          });
        }
        // A file is read into the field that it is meant for, where it can be looked at before it is sent.
        for (const part of document.querySelectorAll('[data-file]')) {
          part.hidden = false;
          part.querySelector('input').addEventListener('change', async (event) => {
            const file = event.target.files[0];
            if (file) document.getElementById(part.dataset.file).value = await file.text();
          });
        }
        // A form is sent once.
        document.addEventListener('submit', (event) => {
          if (event.target.dataset.sent) { event.preventDefault(); return; }
          event.target.dataset.sent = '1';
        });
        window.addEventListener('pageshow', () => {
          for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
        });
        """#
}
