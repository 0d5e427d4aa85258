import { join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium, findShell } from './scripts/chromium.mjs'
import { findFirefox } from './scripts/firefox.mjs'

// Without one Playwright says what to install when a test starts; `npm test` has installed one by then.
const [whole, shell] = [await findChromium(), await findShell()]
const launched = (executablePath: string | undefined) => ({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: CHROMIUM_ARGS,
})
/** What is about the browser itself: its processes, memory and death. Everything else is about pages, and a context is cheaper in the shell. */
const OF_BROWSERS = ['**/frame/*.spec.ts', '**/kill/*.spec.ts']
/** A journey for each part of the page in which browsers differ; the others are told by Chromium alone. */
const IN_FIREFOX = ['files', 'python', 'share', 'tabs', 'firefox/preview'].map((name) => `**/e2e/${name}.spec.ts`)
/** By WebDriver BiDi, which the bridge speaks with it. */
const FIREFOX = {
  browserName: 'firefox',
  channel: 'moz-firefox',
  launchOptions: { executablePath: join(import.meta.dirname, 'e2e/firefox/bridge.mjs') },
} as const

// Relay and model server are started by e2e/fixtures.ts, each on a port of its own.
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: process.env['CI'] !== undefined,
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  // Two browsers on two busy cores: a state that never comes still ends its test.
  expect: { timeout: 20_000 },
  reporter: 'line',
  use: {
    // Recording is nearly half of what a journey costs: `npx playwright test <file> --trace retain-on-failure` brings it back.
    trace: 'off',
    screenshot: 'only-on-failure',
    video: 'off',
    // What is not there to be clicked is told as that, not as a test that took too long.
    actionTimeout: 20_000,
    // It would answer in the place of a route that a journey sets, and of a relay that it stopped. `offline.spec.ts` has it.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 800 },
    // Without a graphics card each frame of an animation is drawn by the cores that run the journeys. Motion is `looks.spec.ts`’s.
    contextOptions: { reducedMotion: 'reduce' },
    browserName: 'chromium',
  },
  projects: [
    { name: 'browser', testMatch: OF_BROWSERS, use: { launchOptions: launched(whole) } },
    { name: 'pages', testIgnore: [...OF_BROWSERS, '**/firefox/*.spec.ts'], use: { launchOptions: launched(shell) } },
    ...(findFirefox() === undefined ? [] : [{ name: 'firefox', testMatch: IN_FIREFOX, use: FIREFOX }]),
  ],
})
