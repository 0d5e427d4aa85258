/** Who commits in the sandbox, as the person entered it. Empty: not entered. */
export interface GitPerson {
  readonly name: string
  readonly email: string
}

/** Longest name or address that is kept. */
export const MAX_PERSON = 200

/** One line without the characters that git leaves out of names, cut to what is kept. */
export function personLine(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\u007f<>]/g, ' ')
    .trim()
    .slice(0, MAX_PERSON)
}
