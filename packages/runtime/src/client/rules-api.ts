import type { KeptRule, Level, Mode, RuleEffect, SessionId, Verdict } from '@tabwright/protocol'

/** Rules that outlive a session: of a project, or of all. Kept in this browser. */
export interface Rules {
  /** Newest first. */
  list(): Promise<readonly KeptRule[]>
  /** Called when a tab changed them. */
  watch(listener: () => void): () => void
  /**
   * @param rule `text` as it is typed; `session`: for its project, else for all
   * @throws FailureError `bad_input` with a sentence that names what is wrong
   */
  add(rule: { readonly effect: RuleEffect; readonly text: string; readonly session?: SessionId }): Promise<KeptRule>
  remove(id: string): Promise<void>
  /** As it was before it was removed. */
  putBack(rule: KeptRule): Promise<void>
  /** Adds and removes the rules that a level stands for. Its mode is a matter of the session. */
  setLevel(level: Level): Promise<void>
  /**
   * Judges a call that nobody makes, by these rules, a mode and the files of the session, with its links and git's hooks. Rules of one session are not known here.
   * @throws FailureError `bad_input` for what is no call
   */
  tryCall(call: { readonly text: string; readonly mode: Mode; readonly session?: SessionId }): Promise<Verdict>
}
