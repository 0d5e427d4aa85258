import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionEvent } from '@tabwright/protocol'
import { answer, outline, startModelServer, text, tool, type ModelServer, type ServedRequest } from '@tabwright/testkit'
import { expect, type Page } from '@playwright/test'
import { startRelay, TEST_KEY, type RunningRelay } from '../fixtures'
import { killableBrowser, type KillableBrowser } from './killable-browser'
import { storedFacts } from './stored-facts'

/** A task of three tools whose effects add up: whoever runs one twice leaves a second line. */
const SCRIPT = [
  answer([text('I look first.'), tool('write_file', { path: 'a.txt', content: 'one\n' }, { id: 't1' })], { delayMs: 4 }),
  answer([tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' }, { id: 't2' })], { delayMs: 4 }),
  answer([tool('shell', { command: 'echo three >> a.txt' }, { id: 't3' })], { delayMs: 4 }),
  answer([text('All three are done.')], { delayMs: 4 }),
]
const TASK = 'do three things'
const ALLOW = 'Allow once'

/** Answers by what the request holds, so that a request which is asked again gets the same answer. */
const byProgress = ({ body }: ServedRequest): (typeof SCRIPT)[number] =>
  SCRIPT[(body.match(/"type":"tool_result"/g) ?? []).length] ?? answer([text('?')])

/** A model and a relay of their own for one kill test. */
export interface Lab {
  readonly relay: RunningRelay & {
    /** SIGKILL, and the same relay again: its port, its data. */
    kill(): Promise<void>
    start(): Promise<void>
  }
  readonly model: ModelServer
  close(): Promise<void>
}

/** @param through address of the model as the relay sees it, for a test that stands in between */
export async function openLab(through: (model: ModelServer) => Promise<string> = async (model) => model.url): Promise<Lab> {
  const model = await startModelServer({ token: TEST_KEY, script: byProgress })
  const data = await mkdtemp(join(tmpdir(), 'tabwright-kill-relay-'))
  const env = { ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: await through(model), TABWRIGHT_DATA: data }
  let running = await startRelay(env)
  const { url, port } = running
  return {
    relay: {
      url,
      port,
      data,
      output: () => running.output(),
      stop: () => running.stop(),
      kill: () => running.stop('SIGKILL'),
      start: async () => {
        running = await startRelay(env, port)
      },
    },
    model,
    close: async () => {
      await running.stop()
      await rm(data, { recursive: true, force: true })
      await model.close()
      expect(model.problems, 'what the wire linter found').toEqual([])
    },
  }
}

/** Every fact of a session in the page's database. @param url address of the session, where the page is not at it */
export async function factsOf(page: Page, url = page.url()): Promise<readonly SessionEvent[]> {
  const session = sessionIn(url)
  const facts = await page.evaluate(storedFacts).catch(async (error: unknown) => {
    // Right after a kill Chromium may still be putting its files in order; what is in them afterwards is what counts.
    if (!String(error).includes('opening backing store')) throw error
    await page.waitForTimeout(1000)
    return page.evaluate(storedFacts)
  })
  return facts.filter((event) => event.session === session)
}

const sessionIn = (url: string): string | undefined => /\/s\/([^/?#]+)/.exec(url)?.[1]

/** What a run comes to, whatever was asked again on the way. */
export const essence = (events: readonly SessionEvent[]): readonly string[] => outline(events).filter((line) => !line.startsWith('model.'))

/** Types the task and sends it; resolves when the session has an address. */
export async function begin(page: Page): Promise<string> {
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.fill(TASK)
  await box.press('Enter')
  await page.waitForURL(/\/s\//)
  return page.url()
}

/** Says yes to the shell command as soon as it is asked, however often the card comes back. */
export async function untilEnd(page: Page): Promise<void> {
  const allow = page.getByRole('button', { name: ALLOW })
  await expect
    .poll(
      async () => {
        if (await allow.isEnabled({ timeout: 50 }).catch(() => false)) await allow.click({ timeout: 500 }).catch(() => undefined)
        return (await factsOf(page)).some((event) => event.type === 'turn.ended')
      },
      { timeout: 45_000, intervals: [60] },
    )
    .toBe(true)
}

/** What this page was told is durable: the highest number that its store announced. */
export async function watchAcknowledged(page: Page): Promise<() => number> {
  let highest = 0
  await page.exposeBinding('acknowledged', (_source, head: number) => {
    highest = Math.max(highest, head)
  })
  await page.addInitScript(() => {
    // The channel carries `appended` only after the transaction is complete.
    const Channel = globalThis.BroadcastChannel
    const told = (head: number): void => {
      const binding: unknown = Reflect.get(globalThis, 'acknowledged')
      if (typeof binding === 'function') binding(head)
    }
    const seen = new Set<string>()
    const listen = (): void => {
      const session = location.pathname.split('/').at(-1) ?? ''
      if (!location.pathname.startsWith('/s/') || seen.has(session)) return
      seen.add(session)
      new Channel(`session:${session}`).onmessage = ({ data }) => {
        if (data?.type === 'appended') told(data.head)
      }
    }
    setInterval(listen, 5)
  })
  return () => highest
}

/** One life, and what it left behind. */
export interface Survival {
  /** The turn was open when the life ended. */
  readonly midTurn: boolean
  /** Facts that were acknowledged and are gone. */
  readonly lost: number
  /** From opening the address to the transcript on screen, milliseconds. */
  readonly recoveryMs: number
}

/** The task's facts when nobody disturbs it: the same of every lab. */
export async function undisturbed(lab: Lab): Promise<readonly SessionEvent[]> {
  const browser = await killableBrowser()
  try {
    const page = await browser.open(lab.relay.url)
    await begin(page)
    await untilEnd(page)
    return await factsOf(page)
  } finally {
    await browser.dispose()
  }
}

/** What a life is cut short in. The browser is killed once a life: the one that went on begins the next task. */
export interface Killing {
  readonly lab: Lab
  readonly browser: KillableBrowser
  readonly expected: readonly string[]
}

/** One life of the browser is cut short when `when` resolves; the next one must end as if nothing had happened. */
export async function surviveKill({ lab, browser, expected }: Killing, when: (page: Page) => Promise<void>): Promise<Survival> {
  const first = await browser.open(`${lab.relay.url}/healthz`)
  const acknowledged = await watchAcknowledged(first)
  await first.goto(lab.relay.url)
  const url = await begin(first)
  await when(first)
  await browser.kill()
  const kept = acknowledged()
  // A page of the same origin without the app: what the dead one left, before anything goes on.
  const second = await browser.open(`${lab.relay.url}/healthz`)
  const left = await factsOf(second, url)
  const since = performance.now()
  await second.goto(url)
  await expect(second.getByRole('log')).toBeVisible({ timeout: 15_000 })
  const recoveryMs = Math.round(performance.now() - since)
  if (!left.some((event) => event.type === 'message.user')) await sendAgain(second)
  await untilEnd(second)
  const whole = await factsOf(second)
  expect(essence(whole)).toEqual(expected)
  expect(whole.slice(0, left.length).map(({ hash }) => hash)).toEqual(left.map(({ hash }) => hash))
  await expect(second.getByRole('log')).toContainText('All three are done.')
  await second.close()
  const has = (type: SessionEvent['type']): boolean => left.some((event) => event.type === type)
  return { midTurn: has('turn.started') && !has('turn.ended'), lost: Math.max(0, kept - left.length), recoveryMs }
}

/** Killed before the message was durable: nothing was sent, and its text is back in the box. */
async function sendAgain(page: Page): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  const sent = async (): Promise<boolean> => (await factsOf(page)).some((event) => event.type === 'message.user')
  await expect.poll(async () => (await box.inputValue().catch(() => '')) === TASK || (await sent())).toBe(true)
  if (!(await sent())) await box.press('Enter')
}

/** Resolves as soon as this many facts are durable. */
export async function untilFacts(page: Page, count: number): Promise<void> {
  const allow = page.getByRole('button', { name: ALLOW })
  await expect
    .poll(
      async () => {
        const { length } = await factsOf(page)
        if (length < count && (await allow.isVisible())) await allow.click({ timeout: 1000 }).catch(() => undefined)
        return length
      },
      { timeout: 20_000, intervals: [10] },
    )
    .toBeGreaterThanOrEqual(count)
}

/** Numbers in [0, 1) that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** One line for the log of a run: nothing lost, nothing doubled, how fast it was back. */
export function summary(survivals: readonly Survival[]): string {
  const times = survivals.map(({ recoveryMs }) => recoveryMs).toSorted((a, b) => a - b)
  const lost = survivals.reduce((sum, { lost: gone }) => sum + gone, 0)
  const p95 = times[Math.min(times.length - 1, Math.floor(times.length * 0.95))] ?? 0
  const open = survivals.filter(({ midTurn }) => midTurn).length
  return `${survivals.length} kills (${open} in an open turn): ${lost} acknowledged facts lost, 0 effects doubled, back on screen p95 ${p95} ms`
}
