import { useState, type ReactNode } from 'react'
import { failureOf, type Failure } from '@tabwright/protocol'
import { said, t } from '../language'
import { Button } from '../layout/button'
import { bytes } from '../layout/figures'
import { FreeSpace, type FreeSpaceProps } from './free-space'
import { MirrorSection, type MirrorSectionProps } from './mirror-section'
import styles from './settings.module.css'

/** What the browser says about this site's storage. */
export type StorageFigures =
  | {
      readonly type: 'kept'
      readonly used: number
      readonly quota: number
      readonly persisted: boolean
      /** Nothing new begins: there is no room. */
      readonly full?: string
      /** The browser had removed everything. */
      readonly removed?: string
    }
  | { readonly type: 'off'; readonly reason: string }
  | { readonly type: 'blocked'; readonly reason: string }
  | { readonly type: 'outdated'; readonly reason: string }

/** What of the app itself the browser keeps. */
export type OfflineFigures =
  | { readonly type: 'none'; readonly reason: string }
  | { readonly type: 'keeping' }
  | { readonly type: 'ready'; readonly bytes: number }

export interface StorageTabProps {
  /** undefined while it is asked for. */
  readonly storage: StorageFigures | undefined
  readonly failure?: Failure
  /** Asks the browser not to clear it; false when it does not promise. */
  readonly onPersist: () => Promise<boolean>
  readonly offline: OfflineFigures
  readonly space: FreeSpaceProps
  /** Not there where nothing keeps a mirror. */
  readonly mirror?: MirrorSectionProps
}

/** Where sessions live, how much room they take, and how to get more of it. */
export function StorageTab({ storage, failure, offline, space, mirror, onPersist }: StorageTabProps): ReactNode {
  return (
    <>
      <Room storage={storage} onPersist={onPersist} {...(failure === undefined ? {} : { failure })} />
      {storage?.type === 'kept' && <FreeSpace {...space} />}
      {mirror !== undefined && <MirrorSection {...mirror} />}
      <WithoutNetwork offline={offline} />
    </>
  )
}

function WithoutNetwork({ offline }: Pick<StorageTabProps, 'offline'>): ReactNode {
  return (
    <section aria-label={t('Without the network')}>
      <h3>{t('Without the network')}</h3>
      {offline.type === 'none' && <p>{t('This page does not open without its relay. {reason}', { reason: offline.reason })}</p>}
      {offline.type === 'keeping' && <p>{t('The browser does not keep the whole page yet.')}</p>}
      {offline.type === 'ready' && (
        <>
          <p>{t('Offline ready: {bytes} of the app are kept in this browser.', { bytes: bytes(offline.bytes) })}</p>
          <p className={styles['aside']}>
            {t(
              'It opens without its relay, with all sessions, the demo model and the sandbox. Editor, checker, Python and the bundler are there offline once they were used. A model’s provider still has to be reached.',
            )}
          </p>
        </>
      )}
    </section>
  )
}

function Room({ storage, failure, onPersist }: Pick<StorageTabProps, 'storage' | 'failure' | 'onPersist'>): ReactNode {
  if (failure !== undefined)
    return <p role="alert">{t('The browser did not say how much is stored: {message}', { message: failure.message })}</p>
  if (storage === undefined) return <p>{t('Asking the browser …')}</p>
  if (storage.type === 'off')
    return <p role="alert">{t('Storage is off: {reason}. Sessions live only as long as this tab.', { reason: storage.reason })}</p>
  if (storage.type !== 'kept') return <p role="alert">{said(storage.reason)}</p>
  const share = storage.quota === 0 ? 0 : Math.min(1, storage.used / storage.quota)
  return (
    <>
      <h3>{t('In this browser')}</h3>
      {storage.full !== undefined && <p role="alert">{storage.full}</p>}
      {storage.removed !== undefined && <p role="alert">{storage.removed}</p>}
      <div
        className={styles['gauge']}
        role="meter"
        aria-label={t('Storage used')}
        aria-valuemin={0}
        aria-valuemax={storage.quota}
        aria-valuenow={storage.used}
        aria-valuetext={t('{part} of {whole}', { part: bytes(storage.used), whole: bytes(storage.quota) })}
      >
        <span style={{ inlineSize: `${Math.max(0.5, share * 100)}%` }} />
      </div>
      <p>{t('{used} of about {quota} that the browser allows.', { used: bytes(storage.used), quota: bytes(storage.quota) })}</p>
      <Promised persisted={storage.persisted} onPersist={onPersist} />
      <p className={styles['aside']}>
        {t(
          'Sessions, their files and their history are kept in this browser profile and nowhere else. Clearing the site’s data deletes them. A deleted session can be brought back for ten seconds; then its data goes.',
        )}
      </p>
    </>
  )
}

function Promised({ persisted, onPersist }: { readonly persisted: boolean; readonly onPersist: () => Promise<boolean> }): ReactNode {
  const [said, setSaid] = useState<string>()
  if (persisted) return <p>{t('The browser promised not to clear it by itself.')}</p>
  const ask = (): void => {
    onPersist().then(
      (kept) => setSaid(kept ? undefined : t('It did not promise. Browsers do so for sites that are used often or installed.')),
      (error: unknown) => setSaid(failureOf(error).message),
    )
  }
  return (
    <div className={styles['current']}>
      <p>
        {t(
          'The browser may clear it when the disk runs full. It is asked to keep it after the first finished turn, and has not promised so far.',
        )}
      </p>
      <Button onPress={ask}>{t('Ask now')}</Button>
      {said !== undefined && <p role="status">{said}</p>}
    </div>
  )
}
