import { type Constant, type Plan, planHash } from '@millrace/plan'
import { lift } from './lift.ts'

/**
 * What jobs that can share their work have alike: a hash of the plan without its name and with its constants and
 * params taken out. null: such a plan needs a job of its own. Throws as `openJob` does where a param does not fit.
 */
export function shapeOf(plan: Plan, params: Plan['params'] = {}): string | null {
  return new Shapes().of(plan, params)?.shape.hash ?? null
}

export interface Shape {
  readonly hash: string
  /** Without constants and params. */
  readonly plan: Plan
}

/** A plan as its shape and what it has of its own. */
export interface Shaped {
  readonly shape: Shape
  /** By number of the shape's param. */
  readonly values: readonly Constant[]
}

/** Shapes of many plans: of each shape one plan is kept, and hashed once. */
export class Shapes {
  private readonly byText = new Map<string, Shape>()
  private readonly byHash = new Map<string, Shape>()

  /** null: such a plan needs a job of its own. */
  of(plan: Plan, params: Plan['params'] = {}): Shaped | null {
    const lifted = lift(plan, params)
    if (lifted === null) return null
    const text = JSON.stringify(lifted.plan)
    const shape = this.byText.get(text) ?? this.shapeOf(lifted.plan)
    this.byText.set(text, shape)
    return { shape, values: lifted.values }
  }

  /** Plans may be written differently and have one shape. */
  private shapeOf(plan: Plan): Shape {
    const hash = planHash(plan)
    const shape = this.byHash.get(hash) ?? { hash, plan }
    this.byHash.set(hash, shape)
    return shape
  }
}
