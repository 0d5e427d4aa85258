import { join } from 'node:path'
import { chromium, type Browser } from '@playwright/test'
import { startModelServer, type ModelServer } from '@tabwright/testkit'
import {
  afterTheWish,
  chosenTasks,
  confinedPlace,
  installedFiles,
  judge,
  openPlace,
  readTasks,
  reportMarkdown,
  scriptOf,
  skippedRow,
  thrownRow,
  versionsOf,
  workedRow,
  type EvalReport,
  type EvalRow,
  type EvalTask,
  type JudgePlace,
} from '@tabwright/testkit/evals'
import { startRelay, type RunningRelay } from '../e2e/fixtures'
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs'
import { readOptions, USAGE, type EvalOptions } from './options'
import { driveInPage } from './page-drive'
import { startRecorder, type Recorder } from './recorder'

/** This file is bundled into this folder. */
const ROOT = join(import.meta.dirname, '..')
const SCRIPTED_MODEL = 'claude-test-1'

/** What one run of many tasks has open. */
interface Bench {
  readonly options: EvalOptions
  readonly place: JudgePlace
  readonly browser: Browser
  readonly relay: RunningRelay
  readonly recorder: Recorder
}

async function work(bench: Bench, task: EvalTask): Promise<EvalRow> {
  const { options, place, browser, relay, recorder } = bench
  if (task.project.needs === 'python3' && place.python === undefined) return skippedRow(task, 'python3 is not installed here')
  let scripted: ModelServer | undefined
  if (options.scripted) {
    const { right } = await task.answers()
    scripted = await startModelServer({ script: scriptOf(right) })
    recorder.lead(scripted.url)
  }
  try {
    const files = new Map([...task.project.files, ...installedFiles(task.project, place.modules)])
    const budget = { steps: options.steps, minutes: options.minutes }
    const model = options.scripted ? SCRIPTED_MODEL : options.model
    const driven = await driveInPage(browser, { task, model, budget, policy: options.policy, url: relay.url, files })
    return workedRow(task, driven, await afterTheWish(() => judge(task, driven.files, place)))
  } finally {
    await scripted?.close()
  }
}

/** Checkers run what a model wrote. @returns a sentence where that is not to be done */
function placeFor({ unconfined, scripted }: EvalOptions): JudgePlace | string {
  const confined = confinedPlace(ROOT)
  if (typeof confined !== 'string') return confined
  if (unconfined || scripted) return openPlace(ROOT)
  return `Checkers run what the model wrote, and nothing confines them here: ${confined}. --unconfined runs them with your rights.`
}

async function withBench(options: EvalOptions, place: JudgePlace, act: (bench: Bench) => Promise<void>): Promise<void> {
  const executablePath = await findChromium()
  const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: [...CHROMIUM_ARGS] })
  const recorder = await startRecorder(options.baseUrl)
  const key = options.scripted ? 'scripted' : options.key
  try {
    const relay = await startRelay({ ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: recorder.url })
    try {
      await act({ options, place, browser, relay, recorder })
    } finally {
      await relay.stop()
    }
  } finally {
    await recorder.close()
    await browser.close()
  }
}

function reportOf({ options, recorder, place }: Bench, rows: readonly EvalRow[]): EvalReport {
  const { model, baseUrl, policy, steps, minutes, scripted } = options
  return {
    date: new Date().toISOString().slice(0, 10),
    model: scripted ? 'scripted right answers (no model)' : model,
    endpoint: scripted ? 'on this machine' : new URL(baseUrl).host,
    policy,
    budget: { steps, minutes },
    isConfined: place.before('').length > 0,
    versions: versionsOf(recorder.first()),
    rows,
  }
}

async function run(options: EvalOptions, tasks: readonly EvalTask[]): Promise<number> {
  const place = placeFor(options)
  if (typeof place === 'string') {
    console.error(place)
    return 2
  }
  let broken = 0
  await withBench(options, place, async (bench) => {
    const rows: EvalRow[] = []
    for (const task of tasks) {
      const row = await work(bench, task).catch((error: unknown) => {
        const thrown = thrownRow(task, error)
        // Of the machine or of the harness; the next task may go well.
        if (thrown.result === 'skipped') broken += 1
        return thrown
      })
      rows.push(row)
      console.error(
        `${row.result.padEnd(10)} ${row.task.padEnd(32)} ${row.steps} steps, ${row.seconds} s${row.why === '' ? '' : `: ${row.why}`}`,
      )
    }
    const report = reportOf(bench, rows)
    console.log(options.json ? JSON.stringify(report, undefined, 2) : reportMarkdown(report))
  })
  return broken > 0 ? 1 : 0
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env)
  if (typeof options === 'string') {
    console.error(`${options}\n\n${USAGE}`)
    return 2
  }
  let tasks: readonly EvalTask[]
  try {
    tasks = chosenTasks(readTasks(join(ROOT, 'evals/projects')), options.only)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return 2
  }
  if (!options.list) return run(options, tasks)
  for (const { id, kind, ask } of tasks) console.log(`${id.padEnd(32)} ${kind.padEnd(9)} ${ask.split('\n')[0]?.slice(0, 90)}`)
  return 0
}

process.exitCode = await main()
