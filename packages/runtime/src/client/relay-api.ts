import type { ChosenFunction, Membership, SessionId, TabSetting, TabSwitch, WakeWish } from '@tabwright/protocol'

/** This tab as a member of the relay: what programs may call here, and who did. */
export interface RelayMember {
  state(): Promise<Membership>
  /** Called when it changed. */
  watch(listener: () => void): () => void
  /** Called with a session that was sent something from outside and has to be open somewhere to act on it, and by whom. */
  watchWake(listener: (session: SessionId, by: string) => void): () => void
  /** The page was paired with a relay: joins it, unless a person switched that off. */
  join(token: string): Promise<void>
  /** The network is back. */
  retry(): Promise<void>
  setOn(isOn: boolean): Promise<void>
  /** @throws FailureError `bad_input` for a name that functions cannot begin with */
  setName(name: string): Promise<void>
  setSwitch(id: TabSwitch, setting: TabSetting): Promise<void>
  /** What `web_search` asks from now on; undefined: the model's provider. */
  setWebSearch(chosen: ChosenFunction | undefined): Promise<void>
  /** @throws FailureError with what the relay has against it; then nothing was bound */
  addWake(wish: WakeWish): Promise<void>
  /** @throws FailureError `not_found` */
  removeWake(id: string): Promise<void>
  /** A person's word on a call that waits for it. @throws FailureError `stale` when it waits no longer */
  answer(id: string, isAllowed: boolean): Promise<void>
}
