// Runs before the first paint, so that neither the colours nor the language change before the reader's eyes.
// A plain script, not a module: modules wait for the document.
(function () {
  'use strict';

  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');

  // Storage is refused in some private windows; the page then simply forgets.
  function remembered(name) {
    try { return localStorage.getItem('pushwire.' + name); } catch { return null; }
  }
  function showTheme() {
    root.dataset.theme = remembered('theme') || (dark.matches ? 'dark' : 'light');
  }

  showTheme();
  dark.addEventListener('change', showTheme);

  const language = remembered('language') || navigator.language || 'en';
  root.lang = /^zh\b/i.test(language) ? 'zh-CN' : 'en';
  if (root.lang !== 'en') {
    // The document is written in English: keep it unseen until page.js has put the other words in, but not for ever.
    root.classList.add('translating');
    setTimeout(function () { root.classList.remove('translating'); }, 1000);
  }
})();
