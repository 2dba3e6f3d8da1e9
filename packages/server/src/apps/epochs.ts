import type { EpochBegin } from '@millrace/history'
import type { Control } from '../control/control.ts'

/** Where epochs of apps began, in the control database; it goes with the app. */
export class Epochs {
  private readonly control: Control

  constructor(control: Control) {
    this.control = control
  }

  /** One that is known stays as it is. */
  began(tenant: string, app: string, { epoch, after }: EpochBegin): void {
    const made = 'INSERT OR IGNORE INTO app_epochs SELECT tenant, name, ?, ? FROM apps WHERE tenant = ? AND name = ?'
    this.control.run(made, epoch, after, tenant, app)
  }

  of(tenant: string, app: string): readonly EpochBegin[] {
    const rows = this.control.all('SELECT epoch, after FROM app_epochs WHERE tenant = ? AND app = ? ORDER BY epoch', tenant, app)
    return rows.map(({ epoch, after }) => ({ epoch, after }) as EpochBegin)
  }
}
