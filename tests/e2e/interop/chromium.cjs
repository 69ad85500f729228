// browser_script.js in Chromium. A certificate need not be trusted by the system: the test accepts it.

const { readFileSync } = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { startBrowser } = require('../page/browser.cjs');

const { values: { url, compression = false } } = parseArgs({
  options: { url: { type: 'string' }, compression: { type: 'boolean' }, ca: { type: 'string' } },
});
const script = readFileSync(path.join(__dirname, 'browser_script.js'), 'utf8');

(async () => {
  const browser = await startBrowser();
  try {
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    // From a page of the same server, as a user would.
    await page.goto(url.replace(/^ws/, 'http').replace(/\/echo$/, '/'));
    await page.evaluate(`(${script.replace(/^(\/\/.*\n)+/, '').trim()})(${JSON.stringify(url)}, ${compression})`);
  } finally {
    await browser.close();
  }
})();
