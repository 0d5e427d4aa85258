import { personLine, type GitPerson } from '@tabwright/protocol'

/** Where the person's name and address for commits are kept. */
export const PERSON_KEY = 'tabwright.git-person'

/** As it is kept: a line each. */
export function personText({ name, email }: GitPerson): string {
  return `${personLine(name)}\n${personLine(email)}`
}

/** Nobody where nothing is kept. */
export function personOf(text: string | null): GitPerson {
  const [name = '', email = ''] = (text ?? '').split('\n')
  return { name: personLine(name), email: personLine(email) }
}
