import type { ChannelItem } from './built-in'

/** As a reference stands in a text. */
const KEY = /"access_key"\s*:\s*"([\w-]{32})"/g
/** More than a reference has from the name of its key on, with blanks between. */
const LONGEST = 128

/** Keys of ends of channels that stand in a text. */
export function keysIn(text: string): readonly string[] {
  if (!text.includes('"access_key"')) return []
  return [...text.matchAll(KEY)].flatMap(([, key]) => key ?? [])
}

/** The same of what comes in parts that are cut anywhere. */
export function keysInParts(): (part: ChannelItem) => readonly string[] {
  let end = ''
  return (part) => {
    const text = end + (typeof part === 'string' ? part : part.toString('latin1'))
    // Copied: a slice would keep the whole part alive. Of a reference nothing is beyond these letters.
    end = Buffer.from(text.slice(-LONGEST), 'latin1').toString('latin1')
    return keysIn(text)
  }
}
