import { startModelServer } from '../model-server/server'
import type { Driven } from './drive'
import { judge, type JudgePlace, type Judgement } from './judge'
import { scriptOf, troubleIn, type ScriptedStep } from './scripted-answer'
import type { EvalTask } from './task-list'
import { driveInThreads } from './thread-drive'

/** What came of a scripted answer. */
export interface Proof extends Judgement {
  readonly driven: Driven
  /** What did not go as it was scripted, and what the provider would have refused. */
  readonly trouble: readonly string[]
  /** Body of the first request. */
  readonly asked: string
}

const MODEL = 'claude-test-1'

/** Has a scripted model work on a task, through the product, and judges what it left behind. */
export async function prove(task: EvalTask, steps: readonly ScriptedStep[], place: JudgePlace): Promise<Proof> {
  const server = await startModelServer({ script: scriptOf(steps) })
  try {
    const options = { task, model: MODEL, baseUrl: server.url, key: 'scripted', budget: { steps: 40, minutes: 5 }, policy: 'deny' } as const
    const driven = await driveInThreads(options, place.modules)
    const ended = driven.stop === 'end' ? [] : [`the turn ended with ${driven.stop ?? 'nothing'}`]
    const refused = server.problems.map(({ message }) => message)
    const trouble = [...ended, ...refused, ...troubleIn(steps, driven.calls)]
    return { ...(await judge(task, driven.files, place)), driven, trouble, asked: server.requests[0]?.body ?? '' }
  } finally {
    await server.close()
  }
}
