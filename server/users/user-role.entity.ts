import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Role } from '../access/role.entity.ts';
import { User } from './user.entity.ts';

/** A role that was given to an account. Member, which every account has, is not listed. */
@Entity()
export class UserRole {
  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  @PrimaryColumn('varchar', { length: 36 })
  userId!: string;

  @ForeignKey(() => Role, { onDelete: 'CASCADE' })
  @PrimaryColumn('varchar', { length: 36 })
  roleId!: string;
}
