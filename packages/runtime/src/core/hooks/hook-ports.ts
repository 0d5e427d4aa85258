/** One run of a handler: all that it gets, and for how long. */
export interface HookJob {
  /** Everything that is there beside the platform's own. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[]
  readonly script: string
  /** JSON, on its standard input. */
  readonly input: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** How a handler's run ended. */
export type HookEnd =
  | { readonly type: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly type: 'timeout' }
  /** The place where it runs broke, or could not be opened. */
  | { readonly type: 'lost'; readonly message: string }

/** Where a project's handlers run: without the network, without this app's storage, and away from the agent's own shell. */
export interface HookPlace {
  /** Never throws; a stop ends it. */
  run(job: HookJob): Promise<HookEnd>
}

/** Which hooks a person said may run. Kept in this browser, by project; never in the project's files. */
export interface HookTrust {
  /** Digest of those that were trusted last. @throws FailureError where it cannot be read: then none is */
  trusted(): Promise<string | undefined>
  /** Durable when it resolves. Undefined: none. */
  trust(digest: string | undefined): Promise<void>
}

/** What a project's own hooks need. Where it is missing there are none. */
export interface HookPorts {
  readonly place: HookPlace
  readonly trust: HookTrust
}
