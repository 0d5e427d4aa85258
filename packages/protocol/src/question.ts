import type { CallId } from './ids'

/** What the agent asks the person: nothing but they can answer it. */
export interface PersonQuestion {
  readonly text: string
  /** Answers to choose from; none, and it is answered in words. */
  readonly options: readonly QuestionOption[]
  /** More than one of them may be chosen. */
  readonly several: boolean
}

/** One answer that the agent offers. */
export interface QuestionOption {
  readonly label: string
  /** What choosing it means. */
  readonly about?: string
}

/** What the person says to it. `text`: words of their own, beside what they chose or in its place. */
export type PersonAnswer =
  | { readonly type: 'answered'; readonly chosen: readonly string[]; readonly text?: string }
  | { readonly type: 'declined' }

/** A question that waits for its answer. */
export interface OpenQuestion {
  readonly call: CallId
  readonly question: PersonQuestion
}
