/*
 * Controls and format characters: drawn as nothing, or they turn the order of what stands beside the title.
 * Joiners stay, emoji and several scripts are spelled with them.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}]/gu
/** Drawn as nothing, whatever their class. */
const BLANK = /[\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** A session's title as it is kept: one line without what hides or misleads; undefined when nothing is left to see. */
export function cleanTitle(text: string): string | undefined {
  const title = text.replaceAll(/\s+/g, ' ').replaceAll(UNSEEN, '').trim()
  return title.replaceAll(BLANK, '') === '' ? undefined : title
}
