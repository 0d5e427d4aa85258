import { failureOf } from '@tabwright/protocol'
import type { Catalogue } from '@tabwright/runtime'
import { t } from '@tabwright/ui/language'
import type { AppStore, Getter, Sharing } from './app-state'
import { exportName, offerFile, plainName } from './offer-file'

/** What was made of a copy, when it is saved. */
export function sharedWords(title: string, { removals, leftOut }: Pick<Sharing, 'removals' | 'leftOut'>): string {
  return [
    t('Saved a copy of “{title}”.', { title }),
    t(removals.length === 0 ? 'No secrets were found in it.' : 'Names stand in the places of secrets.'),
    ...(leftOut.length === 0 ? [] : [t('What nobody can look through is left out.')]),
    t('Look through it before you hand it on.'),
  ].join(' ')
}

/** Sessions as files: all of one, and what of it is for others. */
export function handingOver(
  catalogue: Catalogue,
  get: Getter,
): Pick<AppStore, 'exportSession' | 'shareSession' | 'saveMarkdown' | 'saveShared'> {
  const handOver = async (begin: string, make: () => Promise<string>): Promise<void> => {
    const { say } = get()
    say(begin)
    try {
      say(await make())
    } catch (error) {
      say(t('{why} The session is as it was.', { why: failureOf(error).message }))
    }
  }
  return {
    exportSession: ({ id, title }) =>
      handOver(t('Exporting “{title}” …', { title }), async () => {
        offerFile(new Blob([await catalogue.exportSession(id)], { type: 'application/zip' }), exportName(title))
        return t('Exported “{title}”.', { title })
      }),
    shareSession: ({ id, title }) =>
      handOver(t('Taking secrets out of a copy of “{title}” …', { title }), async () => {
        get().setSharing({ ...(await catalogue.exportToShare(id)), form: 'zip' })
        return t('Look at what was taken out, then save the copy.')
      }),
    saveMarkdown: ({ id, title }) =>
      handOver(t('Taking secrets out of “{title}” …', { title }), async () => {
        get().setSharing({ ...(await catalogue.exportMarkdown(id)), form: 'markdown' })
        return t('Look at what was taken out, then save the page.')
      }),
    saveShared: () => {
      const { sharing, setSharing, say } = get()
      if (!sharing) return
      if (sharing.form === 'markdown') offerFile(new Blob([sharing.bytes], { type: 'text/markdown' }), `${plainName(sharing.title)}.md`)
      else offerFile(new Blob([sharing.bytes], { type: 'application/zip' }), exportName(`${sharing.title} to share`))
      setSharing(undefined)
      say(sharedWords(sharing.title, sharing))
    },
  }
}
