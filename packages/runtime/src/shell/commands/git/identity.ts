import type { Git } from './git-call'
import { parsePerson, type Person } from './objects'
import { localZone, parseDate } from './git-date'
import { fatal } from './git-error'
import { walkFrom } from './commit-graph'

/** The author that `--author` and `--date` make of the usual one. */
export async function authorFrom(
  git: Git,
  how: { readonly author?: string | undefined; readonly date?: string | undefined; readonly base?: Person | undefined },
): Promise<Person> {
  const named = how.author === undefined ? undefined : namedAuthor(git, how.author)
  const base = how.base ?? (named === undefined ? await git.person('author') : (git.whoever('author') ?? (await git.person('committer'))))
  const person = named === undefined ? base : { ...base, name: named.name, email: named.email }
  if (how.date === undefined) return person
  const when = how.date === 'now' ? { time: git.now, zone: localZone(git.now, git.zone) } : parseDate(how.date, git.now, git.zone)
  return when === undefined ? fatal(`invalid date format: ${how.date}`) : { ...person, ...when }
}

function namedAuthor(git: Git, text: string): Person {
  if (/^.*<.*>$/.test(text.trim())) return parsePerson(text.trim())
  const { head, objects } = git.repo
  for (const commit of head === undefined ? [] : walkFrom(objects, [head]))
    if (`${commit.author.name} <${commit.author.email}>`.toLowerCase().includes(text.toLowerCase())) return commit.author
  return fatal(`--author '${text}' is not 'Name <email>' and matches no existing author`)
}
