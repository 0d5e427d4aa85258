import { FailureError, failureOf, type ContainerState, type SessionId } from '@tabwright/protocol'
import { serveContainer, type Container, type ServedContainer } from './serve-container'

/** Boots the client's container: `step` is told what is waited for. Called again only after it resolved or rejected. */
export type BootContainer = (step: (text: string) => void) => Promise<Container>

export interface PageContainerOptions {
  readonly boot: BootContainer
  /** Why it cannot be booted in this page, in a sentence. Undefined: nothing is known against it. */
  readonly refusal: () => string | undefined
  /** A boot that hangs is begun anew where that can help. */
  readonly nudge: () => void
}

/** A container as a session's worker gets it. */
export interface OpenedContainer {
  readonly port: MessagePort
  readonly workdir: string
}

/** The one WebContainer of a page. */
export interface PageContainer {
  readonly state: () => ContainerState
  readonly watch: (listener: () => void) => () => void
  /**
   * Boots it for a session, which takes it over from the one that had it.
   * @throws FailureError `unavailable` in a sentence, at the latest after 30 s
   */
  readonly open: (session: SessionId) => Promise<OpenedContainer>
  /** Its session is over. */
  readonly close: (session: SessionId) => void
}

/** The client says nothing when StackBlitz is out of reach: it waits without end. */
export const BOOT_MS = 30_000

const INSTEAD = 'Nothing was run. Choose "Sandbox in this tab" to go on without it.'

/** At most one, whoever asks: a second container in a page is refused by its vendor. */
export function pageContainer({ boot, refusal, nudge }: PageContainerOptions): PageContainer {
  const listeners = new Set<() => void>()
  let state: ContainerState = { type: 'off' }
  let owner: { readonly session: SessionId; readonly container: Container; readonly served: ServedContainer } | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const show = (next: ContainerState): void => {
    state = next
    for (const listener of listeners) listener()
  }
  const end = (why: string): void => {
    owner?.served.end(why)
    owner?.container.teardown()
    owner = undefined
  }
  const booted = bootInTime({ boot, nudge }, (step) => show({ type: 'booting', step }))
  const open = async (session: SessionId): Promise<OpenedContainer> => {
    const why = refusal()
    if (why !== undefined) throw new FailureError({ code: 'unavailable', message: `${why} ${INSTEAD}` })
    end(
      owner?.session === session
        ? 'WebContainers was started anew for this session.'
        : 'WebContainers is used by another session of this tab now: a page has only one. Run a command here again to take it over, or choose another place.',
    )
    show({ type: 'booting', step: 'Loading WebContainers from StackBlitz' })
    const container = await booted()
    const served = serveContainer(container)
    owner = { session, container, served }
    show({ type: 'running' })
    return { port: served.port, workdir: container.workdir }
  }
  return {
    state: () => state,
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    open: (session) => {
      const mine = turn.then(() =>
        open(session).catch((thrown: unknown) => {
          const failure = failureOf(thrown)
          show({ type: 'failed', failure })
          throw new FailureError(failure)
        }),
      )
      turn = mine.catch(() => undefined)
      return mine
    },
    close: (session) => {
      if (owner?.session !== session) return
      end('The session was closed.')
      show({ type: 'off' })
    },
  }
}

function bootInTime({ boot, nudge }: Pick<PageContainerOptions, 'boot' | 'nudge'>, step: (text: string) => void): () => Promise<Container> {
  /** Was begun, and may come even after nobody waited any longer. */
  let booting: Promise<Container> | undefined
  return async () => {
    if (booting !== undefined) nudge()
    booting ??= boot(step).catch((thrown: unknown) => {
      booting = undefined
      throw thrown
    })
    const container = await within(booting)
    booting = undefined
    return container
  }
}

async function within(booting: Promise<Container>): Promise<Container> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const message = `WebContainers did not start within ${BOOT_MS / 1000} s: StackBlitz cannot be reached from this browser, or refuses it. ${INSTEAD}`
    timer = setTimeout(() => reject(new FailureError({ code: 'unavailable', message })), BOOT_MS)
  })
  try {
    return await Promise.race([booting, late])
  } finally {
    clearTimeout(timer)
  }
}
