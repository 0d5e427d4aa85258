import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { afterTheWish } from './drive'
import { judge, type Judgement } from './judge'
import { thrownRow } from './report'
import { readTasks, type EvalTask } from './task-list'

const HERE = mkdtempSync(join(tmpdir(), 'judge-'))
afterAll(() => rmSync(HERE, { recursive: true, force: true }))

function anyTask(): EvalTask {
  const [task] = readTasks(resolve('evals/projects'))
  return task ?? expect.fail('there is a task')
}

/** By a checker of these lines. */
function judged(lines: string): Promise<Judgement> {
  const task = anyTask()
  const checker = join(HERE, 'check.mjs')
  writeFileSync(checker, `import { spawn } from 'node:child_process'\nimport { writeFileSync, writeSync } from 'node:fs'\n${lines}`)
  const place = { modules: HERE, before: () => [], python: undefined }
  return judge({ ...task, checker, project: { ...task.project, packages: [] } }, new Map([['a', new Uint8Array()]]), place)
}

const SOLVED = `console.log('every check holds')`
const SAY = `const say = (stream, times) => { for (let n = 0; n < times; n++) writeSync(stream, 'x'.repeat(65_535) + '\\n') }\n`

it('a checker that has ended is not waited for because of what it started', async () => {
  const pid = join(HERE, 'pid')
  const start = `const left = spawn('sleep', ['30'], { stdio: 'inherit', detached: true }); left.unref(); writeFileSync('${pid}', String(left.pid))`
  try {
    expect(await judged(`${start}\n${SOLVED}`)).toEqual({ isSolved: true, why: '' })
    expect(process.kill(Number(readFileSync(pid, 'utf8')), 0), 'it runs still').toBe(true)
  } finally {
    process.kill(Number(readFileSync(pid, 'utf8')))
  }
}, 10_000)

it('of what a checker writes the end is looked at, and one that writes without an end is ended', async () => {
  expect(await judged(`${SAY}say(1, 40)\nsay(2, 40)\n${SOLVED}`)).toEqual({ isSolved: true, why: '' })
  expect(await judged(`${SAY}say(2, 40)\nthrow new Error('no sum')`)).toEqual({ isSolved: false, why: 'no sum' })
  expect(await judged(`${SAY}say(1, 400)\n${SOLVED}`)).toMatchObject({ isSolved: false, why: expect.stringContaining('wrote more than') })
})

it('what goes wrong after the wish was sent counts, and what did before does not', async () => {
  const crash = (): Promise<never> => Promise.reject(new Error('Target crashed'))
  const after = await afterTheWish(crash).catch((error: unknown) => thrownRow(anyTask(), error))
  expect(after).toMatchObject({ result: 'not solved', why: expect.stringContaining('Target crashed') })
  const before = await crash().catch((error: unknown) => thrownRow(anyTask(), error))
  expect(before).toMatchObject({ result: 'skipped', why: 'could not be run: Target crashed' })
})
