import { readFile } from 'node:fs/promises'
import type { Browser, Page } from '@playwright/test'
import { afterTheWish, figuresOf, isWork, type Driven, type DriveOptions } from '@tabwright/testkit/evals'
import { unzipSync, zipSync } from 'fflate'
import { storedFacts } from '../e2e/kill/stored-facts'

/** What the agent is told in place of an answer. */
const NOBODY = 'Nobody is here to answer. Decide by yourself and go on.'
/** Between two looks at the page. */
const LOOK_MS = 300
/** For what a page does by itself. */
const PAGE_MS = 60_000

/** A task on its way through the page. */
export interface PageDrive extends Omit<DriveOptions, 'baseUrl' | 'key'> {
  /** Where the relay serves the app. */
  readonly url: string
  /** The project with what was installed. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * Drives the built app through one task as a person would: project in, wish sent, prompts answered, files out. A browser profile of its own.
 * @throws BrokenWork for what goes wrong once the wish was sent
 */
export async function driveInPage(browser: Browser, drive: PageDrive): Promise<Driven> {
  const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 800 } })
  try {
    const { model, budget } = drive
    const limits = JSON.stringify({ turn: { steps: budget.steps, minutes: budget.minutes }, session: {}, day: {} })
    await context.addInitScript(
      ([chosen, kept]) => {
        // A frame of another origin may have no storage.
        if (self !== top) return
        localStorage.setItem('tabwright.mode', 'auto')
        localStorage.setItem('tabwright.model', chosen ?? '')
        localStorage.setItem('tabwright.limits', kept ?? '')
      },
      [model, limits],
    )
    const page = await context.newPage()
    page.setDefaultTimeout(PAGE_MS)
    await bringIn(page, drive)
    const since = performance.now()
    await ask(page, drive.task.ask)
    return await afterTheWish(async () => {
      await workedOff(page, drive, since)
      const ms = performance.now() - since
      const facts = await page.evaluate(storedFacts)
      return { ...figuresOf(facts.toSorted((a, b) => a.seq - b.seq)), files: await takeOut(page), ms }
    })
  } finally {
    await context.close()
  }
}

async function bringIn(page: Page, { url, files, task, model }: PageDrive): Promise<void> {
  await page.goto(url)
  const chosen = await page.evaluate(() => localStorage.getItem('tabwright.model'))
  if (chosen !== model) throw new Error(`The page did not keep the model ${model}.`)
  const name = `${task.project.name}.zip`
  const archive = Buffer.from(zipSync(Object.fromEntries(files), { level: 1 }))
  await page.getByLabel('Archive to start from').setInputFiles({ name, mimeType: 'application/zip', buffer: archive })
  await page.getByText(`Imported ${name}: ${files.size} files added.`).waitFor()
}

async function ask(page: Page, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.fill(text)
  await box.press('Enter')
}

/** Resolves when the turn is over: by itself, or because its time is. */
async function workedOff(page: Page, { policy, budget }: PageDrive, since: number): Promise<void> {
  const card = page.getByRole('alertdialog', { name: 'Permission required' })
  const question = page.getByRole('alertdialog', { name: 'Question from the agent' })
  const deadline = since + budget.minutes * 60_000
  for (;;) {
    if (await card.isVisible()) await answerCard(page, policy)
    else if (await question.isVisible()) await answerQuestion(page)
    else if (await isOver(page)) return
    if (performance.now() > deadline) break
    await page.waitForTimeout(LOOK_MS)
  }
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  const end = performance.now() + PAGE_MS
  while (!(await isOver(page))) {
    if (performance.now() > end) throw new Error('The agent did not stop within a minute.')
    await page.waitForTimeout(LOOK_MS)
  }
}

/** By the log: a page that waits for its next request looks the same as one that rests. */
async function isOver(page: Page): Promise<boolean> {
  if (await page.getByRole('button', { name: 'Stop', exact: true }).isVisible()) return false
  const facts = await page.evaluate(storedFacts)
  return facts.some(({ type }) => type === 'turn.ended')
}

async function answerCard(page: Page, policy: DriveOptions['policy']): Promise<void> {
  const card = page.getByRole('alertdialog', { name: 'Permission required' })
  const shown = await card.getByRole('region', { name: 'Exact request' }).textContent()
  // A card that has just come takes no input yet.
  await card.getByRole('button', { name: policy === 'allow' ? 'Allow once' : 'Deny', exact: true }).click({ delay: 600 })
  const end = performance.now() + PAGE_MS
  while ((await card.isVisible()) && (await card.getByRole('region', { name: 'Exact request' }).textContent()) === shown) {
    if (performance.now() > end) throw new Error('A permission card did not take its answer.')
    await page.waitForTimeout(LOOK_MS)
  }
}

async function answerQuestion(page: Page): Promise<void> {
  const question = page.getByRole('alertdialog', { name: 'Question from the agent' })
  await question.getByRole('textbox').fill(NOBODY)
  await question.getByRole('button', { name: 'Answer' }).click()
  await question.waitFor({ state: 'hidden' })
}

async function takeOut(page: Page): Promise<ReadonlyMap<string, Uint8Array>> {
  await page.getByRole('tab', { name: 'Files' }).click()
  const waiting = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Import and export' }).click()
  await page.getByRole('menuitem', { name: 'Download everything (zip)' }).click()
  const entries = unzipSync(await readFile(await (await waiting).path()))
  return new Map(Object.entries(entries).filter(([path]) => isWork(path) && !path.endsWith('/')))
}
