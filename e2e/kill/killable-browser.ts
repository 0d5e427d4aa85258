import { editsPass } from '../fixtures'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from '@playwright/test'
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs'

/** A Chromium of our own with a profile that outlives it: killed whole with SIGKILL, started again on the same data. */
export interface KillableBrowser {
  /** A new page at the address, in the browser that runs or in one that is started for it. */
  open(url: string): Promise<Page>
  kill(): Promise<void>
  /** Kills what runs and removes the profile. */
  dispose(): Promise<void>
}

export async function killableBrowser(): Promise<KillableBrowser> {
  const executable = await findChromium()
  if (!executable) throw new Error('No Chromium to kill.')
  const profile = await mkdtemp(join(tmpdir(), 'tabwright-kill-'))
  let child: ChildProcess | undefined
  let browser: Browser | undefined

  const start = async (): Promise<Browser> => {
    child = spawn(
      executable,
      [
        '--headless=new',
        '--disable-gpu',
        '--remote-debugging-port=0',
        `--user-data-dir=${profile}`,
        '--no-default-browser-check',
        ...CHROMIUM_ARGS,
        'about:blank',
      ],
      { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    return chromium.connectOverCDP(await endpoint(child))
  }

  const kill = async (): Promise<void> => {
    const dying = child
    child = undefined
    if (dying?.pid === undefined || dying.exitCode !== null) return
    const gone = new Promise<void>((resolve) => dying.once('exit', () => resolve()))
    process.kill(-dying.pid, 'SIGKILL')
    await gone
    await browser?.close().catch((error: unknown) => {
      // The connection died with the process; that is what this is for.
      if (!(error instanceof Error)) throw error
    })
    browser = undefined
  }

  return {
    open: async (url) => {
      browser ??= await start()
      const context = browser.contexts()[0] ?? (await browser.newContext())
      await editsPass(context)
      const page = await context.newPage()
      await page.goto(url)
      return page
    },
    kill,
    dispose: async () => {
      await kill()
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

function endpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => reject(new Error(`Chromium did not say where it listens: ${text}`)), 20_000)
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(text)
      if (!found?.[1]) return
      clearTimeout(timer)
      resolve(found[1])
    })
    child.once('exit', () => reject(new Error(`Chromium ended: ${text}`)))
  })
}
