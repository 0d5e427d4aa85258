import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { aptInstall, isDebianRoot } from './apt.mjs'

const INSTALLED = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    `${process.env['HOME'] ?? ''}/Applications/Google Chrome.app/Contents/MacOS/Google Chrome`,
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map(
    (name) => `${process.env[name] ?? ''}\\Google\\Chrome\\Application\\chrome.exe`,
  ),
}

/** Path of a Chromium to drive: `TABWRIGHT_CHROMIUM`, an installed one, or the one Playwright downloaded; undefined when there is none. */
export async function findChromium() {
  const named = process.env['TABWRIGHT_CHROMIUM']
  if (named) return existsSync(named) ? named : undefined
  const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux'
  const installed = INSTALLED[platform].find((path) => existsSync(path))
  if (installed) return installed
  // Imported late: this file is also read before anything was installed.
  const { chromium } = await import('@playwright/test')
  const own = chromium.executablePath()
  return existsSync(own) ? own : undefined
}

const SHELL = '/usr/bin/chromium-headless-shell'

/**
 * Path of the same Chromium without the parts of a desktop browser, where it is installed: opening a context costs a fifth of the time
 * there. Otherwise `findChromium`'s.
 */
export async function findShell() {
  const isNamed = Boolean(process.env['TABWRIGHT_CHROMIUM'])
  return !isNamed && existsSync(SHELL) ? SHELL : findChromium()
}

const FONTS = '/usr/share/fonts'
const hasFonts = () =>
  process.platform !== 'linux' ||
  (existsSync(FONTS) && readdirSync(FONTS, { recursive: true, encoding: 'utf8' }).some((name) => /\.(ttf|otf)$/.test(name)))

/**
 * Makes sure there is a browser to test with. As root on Debian it installs one; elsewhere it says what to run.
 * @returns {Promise<string | undefined>} undefined: what is missing was printed
 */
export async function provideChromium() {
  const named = process.env['TABWRIGHT_CHROMIUM']
  const found = await findChromium()
  if (named && !found) {
    console.error(`TABWRIGHT_CHROMIUM names ${named}, which does not exist.`)
    return undefined
  }
  const isWhole = Boolean(named) || (existsSync(SHELL) && hasFonts())
  if (found && (isWhole || !isDebianRoot())) return found
  if (!isDebianRoot()) {
    const command = `${join('node_modules', '.bin', 'playwright')} install chromium`
    console.error(
      `No Chrome or Chromium found. Install Google Chrome, or run\n  ${command}\nor name one: TABWRIGHT_CHROMIUM=/path/to/chrome npm test`,
    )
    return undefined
  }
  const packages = [
    ...(found ? [] : ['chromium']),
    ...(existsSync(SHELL) ? [] : ['chromium-headless-shell']),
    ...(hasFonts() ? [] : ['fonts-liberation']),
  ]
  return (await aptInstall(packages)) ? findChromium() : undefined
}

/**
 * Arguments for every start: no look-ups of Google's hosts, and no browser sandbox for root, under which Chromium refuses to start with one.
 */
export const CHROMIUM_ARGS = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]
