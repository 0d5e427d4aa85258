import type { ReactNode } from 'react'
import { Dialog } from '@base-ui/react/dialog'
import { t } from '../language'
import { Button } from '../layout/button'
import styles from './containers-consent.module.css'

export interface ContainersConsentProps {
  readonly onAgree: () => void
  readonly onClose: () => void
}

/** What WebContainers means, before anything of it is loaded. Asked once. */
export function ContainersConsent({ onAgree, onClose }: ContainersConsentProps): ReactNode {
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles['backdrop']} />
        <Dialog.Popup className={styles['dialog']}>
          <Dialog.Title className={styles['title']}>{t('Use WebContainers of StackBlitz?')}</Dialog.Title>
          <Dialog.Description>
            {t(
              'With it node, npm and dev servers are the real ones, still in this tab. It is no part of Tabwright: StackBlitz, Inc. runs it.',
            )}
          </Dialog.Description>
          <ul>
            <li>{t('Its runtime is loaded from stackblitz.com, which learns your network address and that this page uses it.')}</li>
            <li>{t('Files of sessions for which you choose it go into its frame in this tab. Your keys and other sessions do not.')}</li>
            <li>{t('Programs in it have the network that StackBlitz gives them. No card asks about each of their requests.')}</li>
            <li>{t('Its own terms apply (stackblitz.com/terms-of-service); use for profit needs a licence of StackBlitz.')}</li>
          </ul>
          <p>
            {t('You are asked once, and can withdraw it in Settings › General. The page reloads, so that its policy lets StackBlitz in.')}
          </p>
          <div className={styles['choice']}>
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <Button look="primary" onPress={onAgree}>
              {t('Agree and reload')}
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
