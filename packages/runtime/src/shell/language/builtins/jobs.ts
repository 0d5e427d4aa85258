import { SIGNALS, signalNamed, signalWords, codeOfSignal, type Signal } from '../../signals'
import type { Process } from '../../processes/process'
import { orKilled } from '../execute/waiting'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'
import type { Job, ShellState } from '../state/shell-state'
import type { Builtin } from './builtin'
import { builtinOptions } from './options'

const isOver = (job: Job): boolean => job.processes.every((process) => process.exit !== undefined)

function codeOf(job: Job): number {
  return job.processes.at(-1)?.exit?.code ?? 0
}

function stateOf(job: Job): string {
  if (!isOver(job)) return job.processes.some((process) => process.isStopped) ? 'Stopped' : 'Running'
  const exit = job.processes.at(-1)?.exit
  if (exit?.signal !== undefined) return signalWords(exit.signal)
  return exit?.code === 0 ? 'Done' : `Exit ${exit?.code ?? 0}`
}

/** The job that `%…` names. @throws ShellError */
function jobNamed(runner: Runner, word: string): Job {
  const { jobs } = runner.state
  const spec = word.startsWith('%') ? word.slice(1) : word
  const missing = (): never => {
    throw new ShellError(`${word}: no such job`)
  }
  if (spec === '' || spec === '%' || spec === '+') return jobs.at(-1) ?? missing()
  if (spec === '-') return jobs.at(-2) ?? jobs.at(-1) ?? missing()
  if (/^\d+$/.test(spec)) return jobs.find((job) => job.number === Number(spec)) ?? missing()
  const found = spec.startsWith('?')
    ? jobs.filter((job) => job.text.includes(spec.slice(1)))
    : jobs.filter((job) => job.text.startsWith(spec))
  if (found.length > 1) throw new ShellError(`${spec}: ambiguous job spec`)
  return found[0] ?? missing()
}

/** One job as `jobs` lists it. */
function jobLine(state: ShellState, job: Job, hasPid = false): string {
  const told = stateOf(job)
  const mark = job === state.jobs.at(-1) ? '+' : job === state.jobs.at(-2) ? '-' : ' '
  const pid = hasPid ? `${String(job.processes[0]?.pid ?? 0).padStart(5)} ` : ' '
  return `[${job.number}]${mark} ${pid}${told.padEnd(24)}${job.text}${told === 'Running' ? ' &' : ''}\n`
}

/** Lines about jobs that ended or were stopped since this was asked last; what ended goes from the list. */
export function jobNotices(state: ShellState): string {
  let lines = ''
  for (const job of state.jobs) {
    const told = stateOf(job)
    if (isOver(job)) lines += jobLine(state, job)
    else if (told === 'Stopped' && job.told !== 'stopped') lines += jobLine(state, job)
    job.told = isOver(job) ? 'done' : told === 'Stopped' ? 'stopped' : 'running'
  }
  for (const job of state.jobs.filter(isOver)) for (const process of job.processes) state.ended.set(process.pid, process.exit?.code ?? 0)
  state.jobs = state.jobs.filter((job) => !isOver(job))
  return lines
}

async function jobs(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'lnprsx')
  const { state } = runner
  const chosen = rest.length > 0 ? rest.map((word) => jobNamed(runner, word)) : state.jobs
  for (const job of chosen) {
    const told = stateOf(job)
    if ((letters.includes('r') && told !== 'Running') || (letters.includes('s') && told !== 'Stopped')) continue
    if (letters.includes('n') && job.told === 'running' && told === 'Running') continue
    if (letters.includes('p')) {
      await runner.write(`${job.processes[0]?.pid ?? 0}\n`)
      continue
    }
    await runner.write(jobLine(state, job, letters.includes('l')))
  }
  state.jobs = state.jobs.filter((job) => !isOver(job) || (rest.length > 0 && !chosen.includes(job)))
  return 0
}

function remember(runner: Runner, job: Job): void {
  for (const process of job.processes) runner.state.ended.set(process.pid, process.exit?.code ?? 0)
  runner.state.jobs = runner.state.jobs.filter((one) => one !== job)
}

/** Ends early with a signal that has a trap. */
async function untilTrapped<T>(runner: Runner, promise: Promise<T>): Promise<T | { readonly signal: Signal }> {
  return orKilled(runner.process, Promise.race([promise, runner.trapped().then((signal) => ({ signal }))]))
}

async function waitJob(runner: Runner, job: Job): Promise<number> {
  const done = await untilTrapped(runner, Promise.all(job.processes.map((process) => process.ended())))
  if ('signal' in done) return codeOfSignal(done.signal)
  remember(runner, job)
  return codeOf(job)
}

async function waitWord(runner: Runner, word: string): Promise<number> {
  const { state } = runner
  if (word.startsWith('%')) return waitJob(runner, jobNamed(runner, word))
  if (!/^\d+$/.test(word)) throw new ShellError(`\`${word}': not a pid or valid job spec`)
  const pid = Number(word)
  const job = state.jobs.find((one) => one.processes.some((process) => process.pid === pid))
  if (job !== undefined) {
    const process = job.processes.find((one) => one.pid === pid)
    if (process === undefined || process === job.processes.at(-1)) return waitJob(runner, job)
    return (await process.ended())?.code ?? 0
  }
  const known = state.ended.get(pid)
  if (known !== undefined) return known
  const other: Process | undefined = runner.system.processes.find(pid)
  if (other !== undefined && other.ppid === runner.process.pid) {
    const exit = await untilTrapped(runner, other.ended())
    if (exit !== undefined && 'code' in exit) return exit.code
  }
  await runner.complain(`wait: pid ${word} is not a child of this shell`)
  return 127
}

async function waitNext(runner: Runner, name: string | undefined): Promise<number> {
  const { state } = runner
  const open = state.jobs
  if (open.length === 0) return 127
  const done = await untilTrapped(
    runner,
    Promise.race(
      open.map(async (job) => {
        await Promise.all(job.processes.map((process) => process.ended()))
        return job
      }),
    ),
  )
  if ('signal' in done) return codeOfSignal(done.signal)
  remember(runner, done)
  if (name !== undefined) state.vars.assign(name, String(done.processes.at(-1)?.pid ?? ''))
  return codeOf(done)
}

async function wait(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, values, rest } = builtinOptions(args, 'fnp:')
  const name = values.get('p')
  if (name !== undefined) runner.state.vars.unset(name)
  if (letters.includes('n')) return waitNext(runner, name)
  if (rest.length === 0) {
    while (runner.state.jobs.length > 0) {
      const [job] = runner.state.jobs
      if (job === undefined) break
      const done = await untilTrapped(runner, Promise.all(job.processes.map((process) => process.ended())))
      if ('signal' in done) return codeOfSignal(done.signal)
      remember(runner, job)
    }
    return 0
  }
  let status = 0
  for (const word of rest) {
    status = await waitWord(runner, word)
    if (name !== undefined) runner.state.vars.assign(name, word.startsWith('%') ? word.slice(1) : word)
  }
  return status
}

async function resume(runner: Runner, args: readonly string[], call: { readonly name: string }): Promise<number> {
  const { state } = runner
  if (!state.has('monitor')) throw new ShellError('no job control')
  const job = jobNamed(runner, args[0] ?? '%+')
  // Those that its processes started are stopped with them.
  runner.system.processes.signalGroup(job.group, 'CONT')
  job.told = 'running'
  if (call.name === 'bg') {
    await runner.write(`[${job.number}]+ ${job.text} &\n`)
    return 0
  }
  await runner.write(`${job.text}\n`)
  return waitInForeground(runner, job)
}

/** Waits until a job ends or is stopped; meanwhile the keyboard's signals are its own. */
async function waitInForeground(runner: Runner, job: Job): Promise<number> {
  const { state } = runner
  job.isForeground = true
  try {
    const done = await untilTrapped(runner, Promise.all(job.processes.map((process) => process.ended({ orStopped: true }))))
    if ('signal' in done) return codeOfSignal(done.signal)
  } finally {
    job.isForeground = false
  }
  if (isOver(job)) {
    remember(runner, job)
    return codeOf(job)
  }
  // The one that was stopped last is the current one.
  state.jobs = [...state.jobs.filter((one) => one !== job), job]
  return codeOfSignal('TSTP')
}

function disown(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'ahr')
  const { state } = runner
  const chosen =
    letters.includes('a') || (letters.includes('r') && rest.length === 0)
      ? state.jobs
      : (rest.length > 0 ? rest : ['%+']).map((word) =>
          /^\d+$/.test(word)
            ? (state.jobs.find((job) => job.processes.some((process) => process.pid === Number(word))) ?? jobNamed(runner, word))
            : jobNamed(runner, word),
        )
  for (const job of chosen) job.isDisowned = true
  if (!letters.includes('h')) state.jobs = state.jobs.filter((job) => !chosen.includes(job))
  return Promise.resolve(0)
}

async function listSignals(runner: Runner, words: readonly string[]): Promise<number> {
  if (words.length === 0) {
    const all = Object.entries(SIGNALS).map(([name, number]) => `${String(number).padStart(2)}) SIG${name}`)
    const rows: string[] = []
    for (let i = 0; i < all.length; i += 5) rows.push(all.slice(i, i + 5).join('\t'))
    await runner.write(`${rows.join('\n')}\n`)
    return 0
  }
  for (const word of words) {
    const number = /^\d+$/.test(word) ? Number(word) : undefined
    const signal = signalNamed(number === undefined ? word : String(number > 128 ? number - 128 : number))
    if (signal === undefined) throw new ShellError(`${word}: invalid signal specification`)
    await runner.write(`${number === undefined ? SIGNALS[signal] : signal}\n`)
  }
  return 0
}

async function kill(runner: Runner, args: readonly string[]): Promise<number> {
  const [first = '', ...others] = args
  if (first === '-l' || first === '-L') return listSignals(runner, others)
  let signal: Signal | undefined = 'TERM'
  let isProbe = false
  let words = args
  if (first === '-s' || first === '-n') {
    signal = signalNamed(others[0] ?? '')
    isProbe = others[0] === '0'
    words = others.slice(1)
    if (signal === undefined && !isProbe) throw new ShellError(`${others[0] ?? ''}: invalid signal specification`)
  } else if (first.startsWith('-') && first !== '--') {
    signal = signalNamed(first.slice(1))
    isProbe = first === '-0'
    words = others
    if (signal === undefined && !isProbe) throw new ShellError(`${first.slice(1)}: invalid signal specification`)
  }
  if (words[0] === '--') words = words.slice(1)
  if (words.length === 0) {
    await runner.write('kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n', 2)
    return 2
  }
  let status = 0
  for (const word of words) {
    const fault = signalOne(runner, word, isProbe ? undefined : signal)
    if (fault === undefined) continue
    await runner.complain(`kill: ${fault}`)
    status = 1
  }
  return status
}

/** Undefined: done; else what is wrong. */
function signalOne(runner: Runner, word: string, signal: Signal | undefined): string | undefined {
  const { state, system } = runner
  if (word.startsWith('%')) {
    const job = jobNamed(runner, word)
    if (signal !== undefined) for (const process of job.processes) process.deliver(signal)
    return undefined
  }
  if (!/^-?\d+$/.test(word)) return `${word}: arguments must be process or job IDs`
  const number = Number(word)
  if (number === state.shellPid && state.depth === 0) {
    if (signal !== undefined) runner.process.deliver(signal)
    return undefined
  }
  const missing = `(${word}) - No such process`
  if (number <= 0) {
    const group = number === 0 ? runner.process.group : -number
    const isThere = system.processes.all.some((process) => process.group === group)
    if (signal !== undefined && isThere) system.processes.signalGroup(group, signal)
    return isThere ? undefined : missing
  }
  const process = system.processes.find(number)
  if (process === undefined) return missing
  if (signal !== undefined) process.deliver(signal)
  return undefined
}

/** Commands about jobs and processes. */
export const JOBS: readonly Builtin[] = [
  { names: ['jobs'], usage: 'jobs [-lnprs] [jobspec ...]', run: jobs },
  { names: ['wait'], usage: 'wait [-fn] [-p var] [id ...]', run: wait },
  { names: ['fg', 'bg'], usage: 'fg [job_spec]', run: resume },
  { names: ['disown'], usage: 'disown [-h] [-ar] [jobspec ... | pid ...]', run: disown },
  { names: ['kill'], usage: 'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]', run: kill },
]
