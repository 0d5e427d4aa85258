import { Fragment, type ReactNode } from 'react'
import { filled, translated, type Text } from './words'

export interface RichProps {
  readonly text: Text
  /** What stands in each hole. */
  readonly with: Readonly<Record<string, ReactNode>>
}

/** A sentence whose holes hold elements: names in bold, links, keys. */
export function Rich({ text, with: parts }: RichProps): ReactNode {
  // A hole has no identity but its place in the sentence.
  return filled<ReactNode>(translated(text), (name) => parts[name]).map((part, at) => <Fragment key={at}>{part}</Fragment>)
}
