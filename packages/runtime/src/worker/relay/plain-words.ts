/** What no font draws, or only as a blank (U+2800), and halves of characters. Emoji lose what joins and colours them. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2800\p{C}\p{Zl}\p{Zp}]/gu

/** A text of another program as one line: nothing in it may hide, break out of its line, or be longer than somebody reads. */
export function plainWords(text: string, most: number): string {
  const plain = text.replaceAll(UNSEEN, ' ').replaceAll(/\s+/g, ' ').trim()
  return plain.slice(0, most).replace(/\p{Surrogate}$/u, '')
}
