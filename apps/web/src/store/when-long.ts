import type { ChosenModel, ModelInfo, WhenLong } from '@tabwright/protocol'

/** Where the choice is kept. */
export const WHEN_LONG_KEY = 'tabwright.when-long'

/** Anything that is not a known choice is a summary. */
export function whenLongChoice(text: string | null): WhenLong {
  return text === 'clear' ? text : 'summarise'
}

/** The model with what the person chose about long conversations. */
export function chosenModel(model: ModelInfo, whenLong: WhenLong): ChosenModel {
  return { ...model, whenLong }
}
