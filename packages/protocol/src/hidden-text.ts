/*
 * What no font draws: zero-width and bidi characters, tags, variation selectors, fillers. People do not see it, models read it.
 * Let through where writing needs it: what joins and colours emoji, the three flags that are spelt in tags, and the joiners
 * between two letters of scripts that join.
 */
const HIDDEN = /\p{Default_Ignorable_Code_Point}/gu
const ANY_HIDDEN = /\p{Default_Ignorable_Code_Point}/u
const KEPT =
  /\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}|[#*0-9]\uFE0F\u20E3|[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?(?:\u200D\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F]?)*|\p{L}\p{M}*[\u200C\u200D](?=[\p{scx=Arab}\p{scx=Deva}\p{scx=Beng}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Gujr}\p{scx=Guru}\p{scx=Orya}])/gu

/** The text with an escape, `\u{200B}`, in the place of each character that nobody would see. Text without any comes back as it is. */
export function withHiddenShown(text: string): string {
  if (!ANY_HIDDEN.test(text)) return text
  let shown = ''
  let end = 0
  for (const kept of text.matchAll(KEPT)) {
    shown += escaped(text.slice(end, kept.index)) + kept[0]
    end = kept.index + kept[0].length
  }
  return shown + escaped(text.slice(end))
}

/** How many characters of the text nobody would see. */
export function countHidden(text: string): number {
  return ANY_HIDDEN.test(text) ? [...text.replaceAll(KEPT, '').matchAll(HIDDEN)].length : 0
}

const escaped = (text: string): string =>
  text.replaceAll(HIDDEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}}`)
