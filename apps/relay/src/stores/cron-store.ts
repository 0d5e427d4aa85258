/** A schedule that fires: the same function at the same times is one job, however many workers bind it. */
export interface CronJob {
  readonly job: string
  /** Wall clock of the newest slot that was taken, or of the moment in which it was first bound. */
  readonly slot: number
  /** False: nobody had it bound when this was written, so slots since then were nobody's. */
  readonly bound: boolean
}

/** Which slots of a schedule have been taken. What a call has returned from is on the disk. */
export interface CronStore {
  get(job: string): Promise<CronJob | undefined>
  /** Names of those that are bound, or were when the process ended. */
  bound(): Promise<readonly string[]>
  /** Begins a job, or notes that it is bound or not. `slot` counts where it is newer than the one that is there. */
  note(job: CronJob): Promise<void>
  /** True for exactly one caller: the slot is newer than all that were taken, and is now. */
  take(job: string, slot: number): Promise<boolean>
  /** Jobs that nobody has bound and whose newest slot is older than this are forgotten. */
  forget(before: number): Promise<number>
}
