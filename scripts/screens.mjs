import './node-version.mjs'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inApp, rested, say } from '../bench/in-app.mjs'
import { ROOT } from './steps.mjs'

// `npm run screens`: a picture of every screen of the running app at three widths, light, dark and with more contrast, into `screens`.
// `npm run screens -- settings home` only those whose names begin so. They are for eyes: what overflows is said, the rest has to be looked at.
const TARGET = join(ROOT, 'screens')
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
]
/** @type {readonly { name: string, media: Parameters<Page['emulateMedia']>[0] }[]} */
const LOOKS = [
  { name: 'light', media: { colorScheme: 'light', contrast: 'no-preference' } },
  { name: 'dark', media: { colorScheme: 'dark', contrast: 'no-preference' } },
  { name: 'contrast', media: { colorScheme: 'light', contrast: 'more' } },
]
/** Narrower than this has one column, whose parts are picked below it. */
const NARROW = 900
const wanted = process.argv.slice(2)

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {(isNarrow: boolean) => Promise<unknown>} Show brings the screen up at a width */

const PAGE = '<!doctype html><title>Heron</title><h1>The heron</h1>\n<p>It builds at dusk.</p>\n'
const SAID =
  '## What I did\n\nI wrote [a page](https://example.com) with `index.html`:\n\n```js\nconst nest = { bird: "heron", at: "dusk" }\n```\n\n| bird | when |\n| - | - |\n| heron | dusk |\n\n> It builds at dusk.\n'
const LAST = 'The page is there.'

/**
 * @param {string} text
 * @returns {import('../bench/model-answers.mjs').Answer}
 */
function answer(text) {
  if (text.includes('make a page')) {
    return {
      blocks: [
        { type: 'text', text: 'I look first, then I write.' },
        { type: 'call', name: 'write_file', input: { path: 'index.html', content: PAGE } },
        { type: 'call', name: 'write_file', input: { path: 'src/nest.js', content: 'export const nest = { bird: "heron" }\n' } },
        { type: 'call', name: 'read_file', input: { path: 'none.txt' } },
      ],
    }
  }
  if (text.includes('none.txt')) {
    const command = 'mkdir nest && echo "made" | tee nest/a.txt'
    return {
      blocks: [
        { type: 'text', text: SAID },
        { type: 'call', name: 'shell', input: { command, purpose: 'make a folder for it' } },
      ],
    }
  }
  return { blocks: [{ type: 'text', text: LAST }] }
}

/** @param {Page} page */
function camera(page) {
  let taken = 0
  /** @type {string[]} */
  const wide = []
  /**
   * @param {string} name
   * @param {Show} [show]
   */
  const take = async (name, show) => {
    if (wanted.length > 0 && !wanted.some((start) => name.startsWith(start))) return
    for (const size of SIZES) {
      await page.setViewportSize(size)
      await show?.(size.width < NARROW)
      for (const look of LOOKS) {
        await page.emulateMedia(look.media)
        mkdirSync(join(TARGET, String(size.width)), { recursive: true })
        await page.screenshot({ path: join(TARGET, String(size.width), `${name}-${look.name}.png`), animations: 'disabled' })
        taken++
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (over > 0) wide.push(`${name} at ${size.width}: ${over} pixels too wide`)
    }
    await page.setViewportSize(SIZES[0] ?? { width: 1440, height: 900 })
  }
  return { take, told: () => ({ taken, wide }) }
}

/** @param {Page} page */
function partsOf(page) {
  const below = page.getByRole('group', { name: 'Views' })
  const chat = async (/** @type {boolean} */ isNarrow) => {
    if (isNarrow) await below.getByRole('button', { name: 'Chat' }).click()
  }
  const inMenu = (/** @type {string} */ name) => async () => {
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click()
  }
  /** @type {(name: string) => Show} */
  const bench = (name) => async (isNarrow) => {
    const button = below.getByRole('button', { name })
    if (isNarrow && (await button.isVisible())) return button.click()
    const tab = page.getByRole('tab', { name: new RegExp(`^${name}`) })
    return (await tab.isVisible()) ? tab.click() : inMenu(name)()
  }
  return { below, chat, inMenu, bench }
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof camera>['take']} take
 */
async function settings(page, take) {
  await page.getByRole('button', { name: 'Settings' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('tab').first().waitFor()
  for (const tab of await dialog.getByRole('tab').all()) {
    const name = ((await tab.textContent()) ?? '')
      .trim()
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, '-')
    await take(`settings-${name}`, () => tab.click())
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof camera>['take']} take
 */
async function session(page, take) {
  const { below, chat, inMenu, bench } = partsOf(page)
  await say(page, 'Please make a page about the heron.')
  const card = page.getByRole('alertdialog', { name: 'Permission required' })
  await card.waitFor()
  await take('permission-card', chat)
  await page.getByRole('button', { name: 'Allow once' }).click()
  await rested(page, LAST)
  await take('session', chat)
  await take('sessions', (isNarrow) => (isNarrow ? below.getByRole('button', { name: 'Sessions' }).click() : Promise.resolve()))
  await page.getByRole('tab', { name: /^Changes/ }).click()
  await page.getByRole('region', { name: 'Changes' }).getByRole('listitem').first().getByRole('button').first().click()
  await page.locator('.monaco-diff-editor, .monaco-editor').first().waitFor()
  await take('changes', bench('Changes'))
  await page.getByRole('tab', { name: 'Files', exact: true }).click()
  await page.getByRole('treeitem', { name: /index\.html/ }).click()
  await page.getByRole('region', { name: 'Editor' }).locator('.monaco-editor').first().waitFor()
  await take('files', bench('Files'))
  await page.getByRole('tab', { name: 'Preview' }).click()
  await page.frameLocator('iframe[title="Preview"]').getByText('It builds at dusk.').waitFor()
  await take('preview', bench('Preview'))
  const rows = /** @type {const} */ ({ Tasks: 'heading', Trace: 'treeitem', Context: 'listitem' })
  for (const [name, row] of Object.entries(rows)) {
    await take(name.toLowerCase(), async (isNarrow) => {
      await bench(name)(isNarrow)
      await page.getByRole('tabpanel', { name }).getByRole(row).first().waitFor()
    })
  }
  await take('terminal', async (isNarrow) => {
    const terminal = page.getByRole('region', { name: 'Terminal' })
    if (isNarrow) await below.getByRole('button', { name: 'Terminal' }).click()
    else if (!(await terminal.isVisible())) await page.keyboard.press('Control+`')
    await terminal.getByText('/workspace $').first().waitFor()
  })
  await chat(false)
  await take('session-menu', async (isNarrow) => {
    // The menu is in front of everything.
    await page.keyboard.press('Escape')
    await chat(isNarrow)
    await page.getByRole('button', { name: 'Session menu' }).click()
  })
  await page.keyboard.press('Escape')
  for (const name of ['Rewind', 'Progress']) {
    const dialog = page.getByRole('dialog', { name })
    await take(name.toLowerCase(), async () => {
      if (!(await dialog.isVisible())) await inMenu(name)()
      await dialog.waitFor()
    })
    await closed(page, dialog)
  }
  const palette = page.getByRole('option').first()
  await take('palette', async () => {
    if (!(await palette.isVisible())) await page.keyboard.press('Control+k')
    await palette.waitFor()
  })
  await closed(page, palette)
}

/**
 * @param {Page} page
 * @param {import('@playwright/test').Locator} what
 */
async function closed(page, what) {
  await page.keyboard.press('Escape')
  await what.waitFor({ state: 'hidden' })
}

/**
 * @param {Page} page
 * @param {string} url
 * @param {ReturnType<typeof camera>['take']} take
 */
async function shared(page, url, take) {
  const dialog = page.getByRole('dialog', { name: 'Share session' })
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await dialog.getByRole('button', { name: 'Create link' }).click()
  const link = dialog.getByRole('textbox', { name: 'Share link' })
  await link.waitFor()
  await take('share')
  const address = await link.inputValue()
  await page.goto(`${url}/s/nowhere`)
  await page.getByRole('alert').first().waitFor()
  await take('no-such-session')
  await page.goto(address)
  await page.getByRole('log').waitFor()
  for (const name of ['Conversation', 'Changes', 'Files']) {
    await take(`viewer-${name.toLowerCase()}`, () => page.getByRole('tab', { name: new RegExp(`^${name}`) }).click())
  }
  await page.goto(`${address.replace(/#.*/, '')}#wrong`)
  await page.reload()
  await page.getByRole('alert').waitFor()
  await take('viewer-refused')
}

if (wanted.length === 0) rmSync(TARGET, { recursive: true, force: true })
await inApp(answer, async ({ page, url }) => {
  const { take, told } = camera(page)
  await page.setViewportSize(SIZES[0] ?? { width: 1440, height: 900 })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.goto(url)
  await page.getByRole('heading', { name: 'What should we build?' }).waitFor()
  await page.getByRole('navigation', { name: 'Sessions' }).getByText('No sessions yet').waitFor()
  await take('home')
  await settings(page, take)
  await session(page, take)
  await shared(page, url, take)
  const { taken, wide } = told()
  for (const one of wide) console.log(one)
  console.log(`${taken} pictures in screens`)
  process.exitCode = wide.length > 0 ? 1 : 0
})
