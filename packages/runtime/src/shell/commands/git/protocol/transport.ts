/** A ref as the other side tells it. */
export interface RemoteRef {
  readonly name: string
  readonly oid: string
  /** What a symbolic one names. */
  readonly target?: string
  /** The object behind a tag. */
  readonly peeled?: string
}

/** What is wanted of the other side. */
export interface FetchPlan {
  readonly wants: readonly string[]
  /** Told to the person who is asked. */
  readonly names: readonly string[]
  /** Commits of ours that the other side may have too; only those are left out of what it sends. */
  readonly haves: readonly string[]
  /** So many commits of each line of history; what is here of it comes again. */
  readonly depth?: number
  /** Tags of what is sent may come with it. */
  readonly includesTags: boolean
}

/** One ref of the other side that is to change. `null`: it is not there, or is to go. */
export interface PushCommand {
  readonly ref: string
  readonly old: string | null
  readonly fresh: string | null
}

/** What is sent. */
export interface PushPlan {
  readonly commands: readonly PushCommand[]
  /** Everything that the other side has, as far as it told. */
  readonly known: readonly string[]
  readonly isAtomic: boolean
  readonly options: readonly string[]
}

/** What became of one ref; undefined: it is as asked. */
export type PushAnswers = ReadonlyMap<string, string | undefined>

/** A repository elsewhere. */
export interface Transport {
  /**
   * `HEAD` first where there is one, then by name. @throws GitError
   * @param expected what will be pushed, where the refs there are as they were last seen: whoever is asked may answer for both
   */
  refs(purpose: 'fetch' | 'push', expected?: PushPlan): Promise<readonly RemoteRef[]>
  /** The branch that `HEAD` of an empty repository names. */
  readonly unborn: string | undefined
  /** Brings objects, checked; refs are the caller's. @throws GitError, and nothing was kept */
  fetch(plan: FetchPlan): Promise<void>
  push(plan: PushPlan): Promise<PushAnswers>
}
