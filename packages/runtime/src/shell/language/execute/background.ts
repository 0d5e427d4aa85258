import type { Statement } from 'unbash'
import { Device } from '../../streams/open-file'
import type { Process } from '../../processes/process'
import type { Executor } from './executor'
import type { Job } from '../state/shell-state'
import { startPipeline, type ChildOf } from './pipeline'

/** `command &`, and its number where somebody sits. */
export async function runBackground(executor: Executor, statement: Statement, childOf: ChildOf): Promise<void> {
  const { state } = executor
  if (statement.command.type === 'Command' && state.traps.has('DEBUG')) {
    executor.begin(statement.command)
    await executor.runTrap('DEBUG')
  }
  startBackground(executor, statement, childOf)
  const job = state.jobs.at(-1)
  if (state.isInteractive && state.depth === 0 && job !== undefined)
    await executor.write(`[${job.number}] ${state.lastBackground ?? job.group}\n`, 2)
}

function startBackground(executor: Executor, statement: Statement, childOf: ChildOf): void {
  const { state } = executor
  const command = withoutNegation(statement.command)
  const text = executor.textAt(command.pos, command.end)
  const nothing = new Device({ read: () => Promise.resolve(undefined) })
  const files = state.has('monitor') ? new Map() : new Map([[0, nothing]])
  // Where nobody sits, whoever ends a command line ends its jobs with it: they stay in its group.
  const group = state.isInteractive && state.depth === 0 ? 'own' : undefined
  let processes: readonly Process[]
  if (command.type === 'Pipeline' && command.commands.length > 1 && command.prefixes.length === 0)
    processes = startPipeline(executor, command, { childOf, text, group, isBackground: true })
  else
    processes = [
      executor.spawn({
        title: text,
        files,
        group,
        isBackground: true,
        // A subshell is the job itself: signals and traps are its own.
        body: (runner) => {
          if (command.type === 'Command') return childOf(command)(runner)
          runner.state.loops = 0
          return runner.runChild(command.type === 'Subshell' ? command.body.commands : [{ ...statement, command, background: undefined }])
        },
      }),
    ]
  nothing.release()
  addJob(executor, text, processes)
  state.status = 0
  state.pipeStatus = [0]
}

/** bash drops the `!` of a job: what it ends with is what its command ended with. */
function withoutNegation(command: Statement['command']): Statement['command'] {
  if (command.type !== 'Pipeline' || !command.prefixes.some((prefix) => prefix.type === 'Negation')) return command
  return { ...command, prefixes: command.prefixes.filter((prefix) => prefix.type !== 'Negation') }
}

/** Puts processes on the list of jobs. */
export function addJob(executor: Executor, text: string, processes: readonly Process[]): Job {
  const { state } = executor
  const number = Math.max(0, ...state.jobs.map((job) => job.number)) + 1
  const job: Job = {
    number,
    text,
    group: processes[0]?.group ?? 0,
    processes,
    isDisowned: false,
    isForeground: false,
    told: 'running',
  }
  state.jobs.push(job)
  state.lastBackground = processes.at(-1)?.pid
  return job
}
