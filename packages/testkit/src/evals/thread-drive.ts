import { FailureError, type SessionEvent, type SessionScreen } from '@tabwright/protocol'
import { createScreenStore, createSessionWorker, type Batch, type ScreenStore, type SessionWorker } from '@tabwright/runtime/session-tab'
import { anthropicModel } from '@tabwright/runtime/model-anthropic'
import { systemClock } from '../../../runtime/src/io/clock-system'
import type { DriveOptions, Driven, PromptPolicy } from './drive'
import { figuresOf } from './figures'
import { installedFiles, isWork } from './installed'

import { threadPlatform, type ThreadPlatform } from './thread-platform'

/** What the agent is told in place of an answer. */
const NOBODY = 'Nobody is here to answer. Decide by yourself and go on.'

interface Session {
  readonly worker: SessionWorker
  readonly screen: ScreenStore
  /** Calls and questions that a person was asked about. */
  readonly asked: Set<string>
  /** What went wrong beside the loop. */
  broken: unknown
}

/**
 * Drives the session's worker as a tab composes it, in this process: loop, log, gate, workspace, checker, and the sandbox's own two workers in
 * threads of Node, which isolate nothing. It is for answers that we wrote ourselves.
 * @param modules folder of the packages that projects use
 */
export async function driveInThreads(options: DriveOptions, modules: string): Promise<Driven> {
  const { task, model: id, baseUrl, key, budget } = options
  const model = anthropicModel({ id, label: id, baseUrl, token: key, clock: systemClock })
  const limits = { turn: { steps: budget.steps, minutes: budget.minutes }, session: {}, day: {} }
  const files = new Map([...task.project.files, ...installedFiles(task.project, modules)])
  const place = await threadPlatform(model, { id, label: id, maxOutput: 16_000, limits }, files)
  const session: Session = {
    worker: createSessionWorker(async () => place.platform),
    screen: createScreenStore(),
    asked: new Set(),
    broken: undefined,
  }
  const since = performance.now()
  try {
    await openSession(session, place)
    await session.worker.send(task.ask)
    const over = new AbortController()
    const late = systemClock.sleep(budget.minutes * 60_000, over.signal).then(
      () => undefined,
      () => undefined,
    )
    const ended = await Promise.race([restOf(session, options.policy), late])
    over.abort()
    if (!ended) await session.worker.stop()
    return await outcomeOf(place, since)
  } finally {
    await session.worker.leave()
    await place.close()
  }
}

// Node has none: what a worker of a browser would show on its console ends the run here.
Object.assign(globalThis, {
  reportError: (error: unknown): void => {
    if (!(error instanceof FailureError)) throw error
  },
})

async function openSession({ worker, screen }: Session, { session }: ThreadPlatform): Promise<void> {
  // A port of which only this much is used: the page's end of it is the fold below.
  const page = { postMessage: (batch: Batch) => screen.take(batch) } as unknown as MessagePort
  // Nothing of the page is asked for: model, hands and store are here.
  const host = {} as Parameters<SessionWorker['open']>[1]
  await worker.open({ session, access: { type: 'demo' }, model: { id: '', label: '' }, origin: '' }, host, page)
}

/** Resolves when the turn is over. What is asked meanwhile is answered by the policy. */
function restOf(session: Session, policy: PromptPolicy): Promise<SessionScreen> {
  const { screen } = session
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const now = screen.screen()
      const role = screen.role()
      if ('failure' in role) return reject(new FailureError(role.failure))
      if (session.broken !== undefined) return reject(session.broken)
      if (now.status.type === 'idle' && now.lastStop !== undefined) return resolve(now)
      answerAll(session, now, policy).catch((error: unknown) => {
        session.broken ??= error
        look()
      })
    }
    screen.subscribe(look)
    look()
  })
}

/** Each once: what was answered stays on the screen until the log has it. */
async function answerAll({ worker, asked }: Session, { pending, questions }: SessionScreen, policy: PromptPolicy): Promise<void> {
  const isNew = (call: string): boolean => !asked.has(call) && asked.add(call) !== undefined
  for (const { call, digest } of pending.filter((one) => isNew(`${one.call} ${one.digest}`)))
    await worker.decide(policy === 'allow' ? { call, digest, answer: 'once' } : { call, digest, answer: 'deny', note: NOBODY })
  for (const { call } of questions.filter((one) => isNew(one.call)))
    await worker.answer({ call, answer: { type: 'answered', chosen: [], text: NOBODY } })
}

async function outcomeOf({ platform, store, session }: ThreadPlatform, since: number): Promise<Driven> {
  const workspace = await platform.openWorkspace()
  const paths = workspace.list().filter(({ path, mode }) => isWork(path) && (mode === 'file' || mode === 'executable'))
  const files = new Map(await Promise.all(paths.map(async ({ path }) => [path, await workspace.read(path)] as const)))
  const events: SessionEvent[] = []
  for await (const event of store.read(session)) events.push(event)
  return { files, ...figuresOf(events), ms: performance.now() - since }
}
