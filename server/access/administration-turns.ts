import { Injectable } from '@nestjs/common';
import { Turns } from '../common/turns.ts';

/** Roles, rules and channels refer to each other: what changes them goes one after the other. */
@Injectable()
export class AdministrationTurns extends Turns {}
