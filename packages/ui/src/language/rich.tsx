import { Fragment, type ReactNode } from 'react'
import { filled, translated, type Holes, type Text } from './words'

export interface RichProps<T extends Text> {
  readonly text: T
  /** What stands in each hole. */
  readonly with: { readonly [Name in Holes<T>]: ReactNode }
}

/** A sentence whose holes hold elements: names in bold, links, keys. */
export function Rich<T extends Text>({ text, with: parts }: RichProps<T>): ReactNode {
  const elements: Readonly<Record<string, ReactNode>> = parts
  // A hole has no identity but its place in the sentence.
  return filled<ReactNode>(translated(text), (name) => elements[name]).map((part, at) => <Fragment key={at}>{part}</Fragment>)
}
