import type { WindowView } from '@tabwright/protocol'

/** What a session shows of its inside; as it is durable now. */
export interface Insight {
  /** What is in the model's window, by what it is. */
  contextWindow(): Promise<WindowView>
}
