import type { ChosenModel, GuardLevels, Limits, ModelInfo, QualityWish, WhenLong } from '@tabwright/protocol'

/** Where the choice is kept. */
export const WHEN_LONG_KEY = 'tabwright.when-long'

/** Anything that is not a known choice is a summary. */
export function whenLongChoice(text: string | null): WhenLong {
  return text === 'clear' ? text : 'summarise'
}

/** What the person chose about the use of models. */
export interface ChosenUse {
  readonly whenLong: WhenLong
  readonly limits: Limits
  readonly guards: GuardLevels
  readonly quality: QualityWish
}

/** The model with what the person chose about its use. */
export function chosenModel(model: ModelInfo, { whenLong, limits, guards, quality }: ChosenUse): ChosenModel {
  return { ...model, whenLong, limits, guards, quality }
}
